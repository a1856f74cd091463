"""Who uses the dashboard, and what they may open; knows nothing of how they signed in."""

import os
from dataclasses import dataclass
from enum import IntEnum

from starlette.types import Scope
from streamlit.runtime.scriptrunner import get_script_run_ctx

SIGN_IN_VARIABLE = "ADCORE_SIGN_IN"
"""Environment variable: how users sign in; unset, nobody does, and the dashboard is open to its own machine alone."""

PROXY, OIDC, NONE = "proxy", "oidc", "none"
"""Its values: the headers of a proxy, OpenID Connect, or nobody signs in and something else keeps strangers out."""

USER_HEADER, ROLE_HEADER = "X-Adcore-User", "X-Adcore-Role"
"""The headers that carry a user on to Streamlit; only this server sets them."""

USER_KEY, ROLE_KEY = "user", "role"
"""Where `server.trustedUserHeaders` has Streamlit keep them."""

SCOPE = "adcore.user"
"""Where a connection's scope holds its user."""


class Role(IntEnum):
    """What a user is here; each may open what the ones before it may."""

    READER = 1
    RESEARCHER = 2
    ADMINISTRATOR = 3

    @property
    def word(self) -> str:
        """As users read it."""
        return self.name.lower()


OPENED_BY = {
    "start": Role.READER,
    "review": Role.READER,  # with the blinded read
    "follow_up": Role.READER,
    "model_card": Role.READER,
    "about": Role.READER,
    "errors": Role.RESEARCHER,
    "all_cases": Role.ADMINISTRATOR,
}
"""Each page by its address, with the least role that may open it."""

WITHOUT_SIGN_IN = Role.RESEARCHER
"""Nobody but the person at the machine; cases of other browsers stay theirs, so there is no administrator."""


@dataclass(frozen=True)
class User:
    """One person who has signed in; `id` is what their cases belong to."""

    id: str
    role: Role


def signs_in() -> bool:
    """Whether users sign in here."""
    return os.environ.get(SIGN_IN_VARIABLE, NONE) not in (NONE, "")


def this_user() -> User | None:
    """The user for whom the page at hand runs; None where nobody signs in, or outside the server."""
    context = get_script_run_ctx(suppress_warning=True)
    known = context.user_info if context else {}
    name, role = known.get(USER_KEY), known.get(ROLE_KEY)
    return User(name, Role[role]) if isinstance(name, str) and isinstance(role, str) else None


def user_of(scope: Scope) -> User | None:
    """The user who sent a request; None where nobody signs in."""
    user = scope.get(SCOPE)
    return user if isinstance(user, User) else None


def may_open(page: str) -> bool:
    """Whether the user for whom the page at hand runs may open a page, by its address."""
    user = this_user()
    if user is None:
        return not signs_in() and OPENED_BY[page] <= WITHOUT_SIGN_IN
    return OPENED_BY[page] <= user.role
