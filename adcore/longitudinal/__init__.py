"""Several visits of one person: brought into one space that favours none, compared, and followed over time."""
