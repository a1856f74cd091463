"""Sign-in: whoever is not known here by a proxy or an identity provider gets nothing of the dashboard."""

import os

import streamlit as st

from app.sign_in.gate import SignedInOnly
from app.sign_in.oidc import require_provider
from app.sign_in.programs import require_tokens
from app.sign_in.settings import SignIn, own_address
from app.user import NONE, OIDC, PROXY, SIGN_IN_VARIABLE

__all__ = ["SignIn", "SignedInOnly", "require_sign_in", "who_is_let_in"]

LET_IN = {
    "": "No account is needed: the dashboard answers to this machine alone.",
    NONE: "Nobody signs in: the dashboard answers to whoever reaches it.",
    PROXY: "The dashboard answers to users whom the proxy names.",
    OIDC: "The dashboard answers to users who sign in at the identity provider.",
}


def who_is_let_in() -> str:
    """Who may use the dashboard, as a sentence for whoever starts it."""
    return LET_IN[os.environ.get(SIGN_IN_VARIABLE, "")]


def require_sign_in() -> None:
    """Refuse to start where strangers could reach the dashboard, or where nobody could sign in.

    Raises:
        RuntimeError: why, and what to set.
    """
    sign_in = SignIn.read()
    if sign_in is not None and sign_in.way == OIDC:
        require_provider()
    require_tokens(sign_in)
    address = st.get_option("server.address") or "every interface"
    own = own_address(address)
    if sign_in is None and os.environ.get(SIGN_IN_VARIABLE) != NONE and address != "localhost" and not (own and own.is_loopback):
        raise RuntimeError(
            f"The dashboard would listen on {address}, for whoever reaches it, and nobody signs in. Leave it at 127.0.0.1; "
            f'or set {SIGN_IN_VARIABLE} to "{PROXY}" or "{OIDC}" (docs/how-to/sign-in.md), or to "{NONE}" if something '
            "else keeps strangers out."
        )
