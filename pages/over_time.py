"""Over time: several visits of one patient, compared."""

from app.state.session import session
from app.widgets.over_time.page import show_over_time

show_over_time(session())
