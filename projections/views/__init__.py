"""What is read from the entries themselves, without the tables and without SQLAlchemy."""
