"""Audit: one append-only, hash-chained record of every change and of every reading of pay or identity data."""
