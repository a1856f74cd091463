"""Cases one by one: where they come from, how they were classified, what they look like."""
