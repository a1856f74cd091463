"""Training of the network that segments the intracranial structures."""
