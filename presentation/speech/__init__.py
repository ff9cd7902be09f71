"""What is found, said line by line, for whoever hears it or reads one line at a time."""
