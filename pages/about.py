"""About: what the program does, what it is not for, and how to read its answer."""

from app.widgets.about import show_about

show_about()
