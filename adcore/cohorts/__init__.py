"""Data sets as tables with scans or slices: loading, preparing and checking many scans, links between data sets."""
