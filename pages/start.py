"""Start: what the program does, and the ways in."""

from app.start.page import show_start
from app.state.session import session

show_start(session())
