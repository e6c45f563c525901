"""Benchmarks: what is claimed is measured here, side by side in one run."""
