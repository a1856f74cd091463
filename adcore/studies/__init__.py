"""Measurements that the documents cite: agreement with the atlas, repeatability, norms, visits, speed."""
