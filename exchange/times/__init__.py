"""Times as files have them: read by one strict grammar, by a mapping's formats, or as counts from 1970."""
