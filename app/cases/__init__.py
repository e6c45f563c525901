"""Cases: what a warning or a risk rule found, and what became of it: assigned, answered, judged."""
