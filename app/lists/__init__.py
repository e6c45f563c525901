"""Lists as people keep them: searches with their filters and order, saved under a name."""
