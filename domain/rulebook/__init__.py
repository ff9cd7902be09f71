"""The time standards and calendars in force: the model, its versions, the default, and their differences."""
