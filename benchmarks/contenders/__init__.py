"""Other tools answering one question that Longcase answers, from the same events, each in a process of its own.

The question: which cases, open as at an instant, had nobody for 24 hours or more, or had seen no work for
longer than their risk allows. Each module loads a CSV file of events and is asked about one instant a line:
``python -m benchmarks.contenders.NAME FILE``. Nothing of Longcase is imported here, so that a
Python without it can run them.
"""
