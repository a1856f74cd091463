"""Training of the network that labels the parts of the head's inside."""
