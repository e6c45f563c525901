"""The employee's own pay: month by month, what changed in words, what comes next, questions to the unit, the slip."""
