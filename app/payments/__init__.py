"""Payments: instructions written with the approval, taken by finance in batches, confirmed or returned line by line."""
