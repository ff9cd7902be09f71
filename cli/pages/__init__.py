"""What a reading command shows to a person, line by line."""
