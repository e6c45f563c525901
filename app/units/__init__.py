"""Units: the tree, and how far an office reaches."""
