"""The checks before submission, each a small function that is registered with its id and with what it looks at."""
