"""What a long-running command needs: signals, and its metrics over HTTP or in a file."""
