"""What is typed: options, arguments, the profile, and the request that they make."""
