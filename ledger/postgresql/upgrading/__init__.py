"""A store on PostgreSQL that an older version made: copied, and made one of this version."""
