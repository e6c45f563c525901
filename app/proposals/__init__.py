"""Proposals: what the rules foresee, worked out and prepared, so that the clerk only confirms."""
