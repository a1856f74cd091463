"""About: what the program does, what it is not for, and how to read its answer."""

from app.about.about import show_about

show_about()
