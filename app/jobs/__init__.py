"""Jobs: long work in chunks, with progress, that goes on after a restart where it was."""
