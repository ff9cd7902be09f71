"""Calendars, working days and hours, pauses, and the days that a clock counts."""
