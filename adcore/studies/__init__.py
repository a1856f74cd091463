"""The measurements that the documents cite: atlas agreement, repeatability, norms, speed."""
