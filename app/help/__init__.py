"""Help in place: a tour per role, help for each page, the keys, and answers from what is really returned."""
