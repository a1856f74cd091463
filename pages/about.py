"""About: what the program does, what it is not for, and how to read an answer."""

from app.about.page import show_about

show_about()
