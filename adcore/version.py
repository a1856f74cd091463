"""The version of the package, at the bottom, so that whatever records it need not import the public face."""

__version__ = "0.3.0"
