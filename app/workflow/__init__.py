"""Workflow: the way of an application through its steps, who decides, and in how many working days."""
