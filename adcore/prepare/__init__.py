"""Scan to PreparedScan: registration, segmentation, bias field, the networks' coronal slices, quality checks."""
