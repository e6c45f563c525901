"""The portal: pages for the clerk and the head of a unit, and for the employee. Parse, authorise, call, render."""
