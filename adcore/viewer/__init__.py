"""Both ends of the slice viewer: the payload is made in Python, and `static` holds the browser's code."""

from adcore.viewer.page import ViewerPage, view

__all__ = ["ViewerPage", "view"]
