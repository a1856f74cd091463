"""All cases: the administrators' page of the case store."""

from app.all_cases.page import show_all_cases
from app.state.session import session

show_all_cases(session())
