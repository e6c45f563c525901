"""What every page shares: the guard at the door, errors in words, languages, headers, and how values are shown."""
