"""Staff: the roster, identity numbers and who may be found by whom."""
