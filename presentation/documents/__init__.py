"""Documents to be printed or handed over: what they say, as HTML and as Markdown."""
