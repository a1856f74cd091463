"""The migrations of the case store, one file each, numbered in their order."""
