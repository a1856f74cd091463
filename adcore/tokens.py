"""Tokens by which programs ask the dashboard over HTTP: names, digests and ends in one file, which lets nobody in by itself.

A token is 256 random bits, so its plain SHA-256 cannot be searched for, and a salt would add nothing.
"""

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adcore.atomic import write_atomically
from adcore.audit import user_id
from adcore.errors import TokenError

VARIABLE = "ADCORE_TOKENS"
"""Environment variable: the file of the tokens."""

PREFIX = "adcore_"
"""What every token begins with: it tells them from a proxy's own, and lets a search for leaked secrets find them."""

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
DIGEST = re.compile(r"[0-9a-f]{64}")

DAYS, MOST_DAYS = 90, 366
"""For how long a token holds if nothing else is said, and the longest; both by judgement."""


@dataclass(frozen=True)
class Token:
    """A token as its file holds it.

    Attributes:
        name: of the program that has it.
        sha256: of the token, 64 hexadecimal digits.
        ends: when it stops to hold, ISO 8601 in UTC.
    """

    name: str
    sha256: str
    ends: str

    def __post_init__(self) -> None:
        """Check every field.

        Raises:
            ValueError: one is not of its form.
        """
        sound = NAME.fullmatch(self.name) and DIGEST.fullmatch(self.sha256)
        if not sound or datetime.fromisoformat(self.ends).utcoffset() is None:
            raise ValueError(self.name)

    def holds(self, now: datetime) -> bool:
        """Whether it still lets its program in."""
        return now < datetime.fromisoformat(self.ends)


def make_token(path: Path, name: str, days: int = DAYS) -> str:
    """Add a token to the file, and return it: it is kept nowhere else.

    Raises:
        TokenError: the name is taken or of another form, the days are too many, or the file can't be used.
    """
    if not NAME.fullmatch(name):
        raise TokenError(f"Expected a name of up to 40 small letters, digits and hyphens, such as night-batch, got {name!r}.")
    if not 1 <= days <= MOST_DAYS:
        raise TokenError(f"Expected 1 to {MOST_DAYS} days, got {days}.")
    known = read_tokens(path) if path.exists() else ()
    if any(one.name == name for one in known):
        raise TokenError(f"There is a token of the name {name} already. Revoke it first, or choose another name.")
    token = PREFIX + secrets.token_urlsafe(32)
    ends = datetime.now(UTC) + timedelta(days=days)
    _write(path, (*known, Token(name, _digest(token), ends.isoformat(timespec="seconds"))))
    return token


def revoke_token(path: Path, name: str) -> None:
    """Take a token out of the file; the server reads the file anew for every request, so it lets nobody in any more.

    Raises:
        TokenError: there is none of this name, or the file can't be used.
    """
    known = read_tokens(path)
    kept = tuple(one for one in known if one.name != name)
    if len(kept) == len(known):
        raise TokenError(f"There is no token of the name {name}. `adcore token list` names them.")
    _write(path, kept)


def read_tokens(path: Path) -> tuple[Token, ...]:
    """The tokens of a file, those too that no longer hold.

    Raises:
        TokenError: it cannot be read, or holds something else.
    """
    try:
        tokens = tuple(Token(**one) for one in json.loads(path.read_text()))
    except OSError as error:
        raise TokenError(f"Expected a file of tokens, as `adcore token make` writes it: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise TokenError("The file of tokens is damaged. Put its backup back, or move it aside and make new tokens.") from error
    if len({one.name for one in tokens}) < len(tokens):
        raise TokenError("The file of tokens holds a name twice. Leave one of the two entries.")
    return tokens


def program_of(path: Path, token: str) -> str | None:
    """The name of the program that has this token; None where none has, or its time is over.

    Takes the same time whichever token it is, and whether or not it is one.

    Raises:
        TokenError: the file can't be used.
    """
    digest, now = _digest(token), datetime.now(UTC)
    found = [one.name for one in read_tokens(path) if hmac.compare_digest(one.sha256, digest) and one.holds(now)]
    return found[0] if found else None


def program_id(name: str, key: str) -> str:
    """A program's identity, as `audit.user_id` is a user's; never that of a user, whose names have no space at their ends."""
    return user_id(f" {name}", key)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _write(path: Path, tokens: tuple[Token, ...]) -> None:
    text = json.dumps([asdict(one) for one in tokens], indent=1) + "\n"
    try:
        write_atomically(path, lambda file: file.write(text.encode()))
    except OSError as error:
        raise TokenError(f"The file of tokens could not be written, and is as before: {error.strerror}.") from error
