"""The terminal: parse what was typed, call one function, hand the result to a presenter.

Nothing here knows a rule of the domain. Commands live in ``cli.commands``, are named in
``cli.registry`` and are imported only when they run.
"""
