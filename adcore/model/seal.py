"""The seal of a model folder: digests of its card and of the tables beside it, so that a changed folder is refused."""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from adcore.atomic import write_atomically
from adcore.errors import ModelError

CARD_FILE = "card.json"
SEAL, CARD_DIGEST, TABLES = "seal", "card_sha256", "files"
SUFFIXES = (".csv", ".json")
"""Of the files beside the card that the seal covers. Weights have their hashes on the card already."""

REMEDY = "Restore the model folder. If you changed it on purpose, check it and run: adcore study seal FOLDER"


def strict_json(text: bytes) -> dict[str, Any]:
    """One JSON object (RFC 8259): no NaN, no infinity, no key twice.

    Raises:
        ValueError: it is something else.
    """
    content = json.loads(text, object_pairs_hook=_once, parse_float=_finite, parse_constant=_refuse_constant)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def card_digest(document: dict[str, Any]) -> str:
    """Sha256 of a card's content except this digest itself, whatever its spaces and the order of its keys."""
    seal = {name: value for name, value in document.get(SEAL, {}).items() if name != CARD_DIGEST}
    text = json.dumps(document | {SEAL: seal}, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write_sealed(folder: Path, document: dict[str, Any]) -> None:
    """Write a card with the digests of itself and of the tables that lie beside it now."""
    tables = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.name != CARD_FILE)
    document = document | {SEAL: {TABLES: {path.name: _sha256(path.read_bytes()) for path in tables}}}
    document[SEAL][CARD_DIGEST] = card_digest(document)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_atomically(folder / CARD_FILE, lambda file: file.write(text.encode()))


def read_document(folder: Path) -> dict[str, Any]:
    """A card as JSON, sealed or not.

    Raises:
        ModelError: there is none, or it is not strict JSON.
    """
    try:
        return strict_json((folder / CARD_FILE).read_bytes())
    except OSError as error:
        raise ModelError(
            f"Expected a model card at {folder.name}/{CARD_FILE}, but there is none. Restore the model folder."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"{folder.name}/{CARD_FILE} is damaged: it is not valid JSON, or holds a number that is not finite. "
            "Restore the model folder."
        ) from error


def sealed_document(folder: Path) -> dict[str, Any]:
    """A card as JSON, whose seal is intact.

    Raises:
        ModelError: there is no card or no seal, or the card was changed since it was sealed.
    """
    document = read_document(folder)
    seal = document.get(SEAL)
    if not isinstance(seal, dict) or not isinstance(seal.get(TABLES), dict):
        raise ModelError(f"{folder.name}/{CARD_FILE} has no seal, so a change of it could not be seen. {REMEDY}")
    if seal.get(CARD_DIGEST) != card_digest(document):
        raise ModelError(f"{folder.name}/{CARD_FILE} was changed since it was sealed. {REMEDY}")
    return document


def read_sealed(folder: Path, name: str) -> bytes:
    """A table of a model folder, as it was when the folder was sealed.

    Raises:
        ModelError: the card is damaged, or the table is missing, not covered by the seal or changed since.
    """
    return _verified(folder, name, sealed_document(folder)[SEAL][TABLES].get(name))


def check_tables(folder: Path, sha256: Mapping[str, str]) -> None:
    """Verify every table that the seal covers.

    Args:
        sha256: of each table, from the card's seal.
    Raises:
        ModelError: a table is missing, or was changed since the folder was sealed.
    """
    for name, digest in sha256.items():
        _verified(folder, name, digest)


def reseal_tables(folder: Path) -> None:
    """Renew the digests after a measurement wrote a table anew; the card itself has to be as it was sealed.

    Raises:
        ModelError: the card was changed since it was sealed.
    """
    write_sealed(folder, sealed_document(folder))


def _verified(folder: Path, name: str, sha256: str | None) -> bytes:
    path = folder / Path(name).name
    if not path.is_file():
        raise ModelError(f"Expected {folder.name}/{path.name}, but there is none. {REMEDY}")
    content = path.read_bytes()
    if sha256 is None:
        raise ModelError(f"{folder.name}/{path.name} is not covered by the card's seal. {REMEDY}")
    if _sha256(content) != sha256:
        raise ModelError(f"{folder.name}/{path.name} was changed since it was sealed. {REMEDY}")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
