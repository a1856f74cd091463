"""Both ends of the slice viewer's wire: the payload in Python, and `static`, its code in the browser."""
