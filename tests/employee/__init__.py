"""Tests of the employee's own account and pay."""
