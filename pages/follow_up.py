"""Follow-up: several visits of one patient, compared."""

from app.follow_up.page import show_follow_up
from app.state.session import session

show_follow_up(session())
