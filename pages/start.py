"""Start: what this is, and the doors in."""

from app.state.session import session
from app.widgets.doors import show_doors

show_doors(session())
