"""Start: what this is, and the doors in."""

from app.start.doors import show_doors
from app.state.session import session

show_doors(session())
