"""Both ends of the slice viewer: the payload is made in Python, and `static` holds the browser's code."""
