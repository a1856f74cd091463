"""The known case of a model: made-up input whose answer stands on the card, and has to come out again when it is loaded."""

from collections.abc import Mapping
from pathlib import Path

from adcore.errors import ModelError
from adcore.model.seal import REMEDY

TOLERANCE = 1e-3
"""Of each number, of its own size where that is above 1: chosen. Processors with different vector units differ by some 1e-6."""


def check_known_case(folder: Path, expected: Mapping[str, float] | None, found: Mapping[str, float]) -> None:
    """Compare what a loaded model answers with what its card says it answers.

    Args:
        folder: of the model.
        expected: the card's numbers by name; None on a card without them.
        found: the same, computed now.
    Raises:
        ModelError: the card has no known case, or a number is missing or another.
    """
    if expected is None:
        raise ModelError(f"{folder.name}/card.json holds no known case to try the model on. {REMEDY}")
    wrong = [name for name in sorted({*expected, *found}) if not _agree(expected.get(name), found.get(name))]
    if wrong:
        name = wrong[0]
        raise ModelError(
            f"The model in {folder.name} does not give its known answer on this computer: {_written(found.get(name))} for "
            f"'{name}', expected {_written(expected.get(name))}. If the folder is as it came, install the packages as "
            f"requirements.txt pins them. {REMEDY}"
        )


def _agree(expected: float | None, found: float | None) -> bool:
    return expected is not None and found is not None and abs(found - expected) <= TOLERANCE * max(1.0, abs(expected))


def _written(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.6g}"
