"""Segmentation of the intracranial structures: their names, the network, and its result for one scan."""
