"""The parts of the head's inside: their names, the network that labels them, and what it says of one scan."""
