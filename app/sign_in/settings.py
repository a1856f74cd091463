"""How users sign in here, as whoever runs the dashboard set it; checked once, before the server starts."""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from adcore.audit import user_id
from app.user import NONE, OIDC, PROXY, SIGN_IN_VARIABLE, Role, User

KEY_VARIABLE = "ADCORE_SIGN_IN_KEY"
"""Environment variable: the key under which users' names become pseudonyms."""

USER_VARIABLE, GROUPS_VARIABLE = "ADCORE_SIGN_IN_USER", "ADCORE_SIGN_IN_GROUPS"
"""Environment variables: the header, or the claim, that holds the user's name, and the one with the groups."""

PROXY_VARIABLE = "ADCORE_PROXY"
"""Environment variable: addresses or networks of the proxy, with commas."""

HOURS_VARIABLE = "ADCORE_SIGN_IN_HOURS"
"""Environment variable: hours after which a user has to be known anew."""

ROLE_VARIABLES = {
    Role.READER: "ADCORE_READERS",
    Role.RESEARCHER: "ADCORE_RESEARCHERS",
    Role.ADMINISTRATOR: "ADCORE_ADMINISTRATORS",
}
"""Environment variables: the groups that have each role, with commas; EVERYONE stands for whoever is signed in."""

EVERYONE = "*"
NAMES = {PROXY: ("X-Forwarded-User", "X-Forwarded-Groups"), OIDC: ("sub", "groups")}
"""Header or claim of user and groups where none is set: those of oauth2-proxy, and of OpenID Connect."""

KEY_CHARACTERS = 32
HOURS = 12.0
"""A long day's work, by judgement."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class SignIn:
    """How users sign in.

    Attributes:
        way: PROXY or OIDC.
        user: header or claim with the user's name.
        groups: header or claim with the user's groups.
        roles: the groups that have each role.
        key: of pseudonyms.
        seconds: for which a connection, or an identity provider's word, is believed.
        proxies: where requests have to come from; empty for OIDC.
    """

    way: str
    user: str
    groups: str
    roles: dict[Role, frozenset[str]]
    key: str
    seconds: float
    proxies: tuple[Network, ...] = ()

    @classmethod
    def read(cls) -> Self | None:
        """As the environment says; None where nobody signs in.

        Raises:
            RuntimeError: it does not say all that is needed, or something else than it can mean.
        """
        way = os.environ.get(SIGN_IN_VARIABLE, "")
        if way in ("", NONE):
            return None
        if way not in NAMES:
            raise RuntimeError(f'Expected {SIGN_IN_VARIABLE} to be "{PROXY}", "{OIDC}" or "{NONE}", got "{way}".')
        key = os.environ.get(KEY_VARIABLE, "")
        if len(key) < KEY_CHARACTERS:
            raise RuntimeError(
                f"Expected {KEY_VARIABLE} with at least {KEY_CHARACTERS} characters: users' names become pseudonyms under it. "
                "`adcore store key` prints one; keep it, since users' cases belong to their pseudonyms."
            )
        roles = {role: frozenset(_listed(variable)) for role, variable in ROLE_VARIABLES.items()}
        if not any(roles.values()):
            raise RuntimeError(
                f"Expected groups in {', '.join(ROLE_VARIABLES.values())}, or at least in one of them: without, nobody may open "
                f'anything. "{EVERYONE}" stands for everyone who is signed in.'
            )
        user, groups = NAMES[way]
        return cls(
            way,
            os.environ.get(USER_VARIABLE) or user,
            os.environ.get(GROUPS_VARIABLE) or groups,
            roles,
            key,
            3600 * _hours(),
            _proxies() if way == PROXY else (),
        )

    def user_of(self, name: str, groups: Iterable[str]) -> User | None:
        """The user of this name, with the highest role that one of the groups has; None where none has one."""
        having = {EVERYONE, *groups}
        role = max((role for role, named in self.roles.items() if named & having), default=None)
        return None if role is None else User(user_id(name, self.key), role)

    def is_proxy(self, address: str) -> bool:
        """Whether a request from this address comes from the proxy."""
        sender = own_address(address)
        return sender is not None and any(sender in network for network in self.proxies)


def own_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address as it was before IPv6 took it up (::ffff:127.0.0.1); None where it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _hours() -> float:
    text = os.environ.get(HOURS_VARIABLE) or str(HOURS)
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= 24 * 30:
        raise RuntimeError(f'Expected {HOURS_VARIABLE} to be hours above 0, 720 at most, got "{text}".')
    return hours


def _proxies() -> tuple[Network, ...]:
    named = _listed(PROXY_VARIABLE)
    try:
        networks = tuple(ipaddress.ip_network(name) for name in named)
    except ValueError as error:
        raise RuntimeError(
            f"Expected addresses or networks in {PROXY_VARIABLE}, such as 10.0.0.5 or 10.0.0.0/28: {error}."
        ) from None
    if not networks or any(network.prefixlen == 0 for network in networks):
        raise RuntimeError(
            f"Expected {PROXY_VARIABLE} to name the address of the proxy, such as 127.0.0.1: whoever else could send the headers "
            "that name a user would be believed."
        )
    return networks


def _listed(variable: str) -> list[str]:
    return [word.strip() for word in os.environ.get(variable, "").split(",") if word.strip()]
