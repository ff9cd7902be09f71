"""The pages, a module for each: what it is asked with, what it shows, what it gives to programs."""
