"""Batches: one filing for many employees, each line an application of its own; reviewed by what deviates."""
