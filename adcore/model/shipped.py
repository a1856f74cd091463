"""Where models lie: those that come with the program, or those of a folder that the environment names. Loads no torch."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]

SHIPPED_MODELS = next(
    (folder for folder in (_PACKAGE / "models", _PACKAGE.parent / "models") if folder.is_dir()), _PACKAGE / "models"
)
"""Inside an installed package; beside it in a checkout."""

DEFAULT_MODEL = "oasis1"
MODELS_VARIABLE = "ADCORE_MODELS"


def models_folder() -> Path:
    """The folder in which models are looked up by name."""
    return Path(os.environ.get(MODELS_VARIABLE) or SHIPPED_MODELS)


def model_folders() -> dict[str, Path]:
    """The folders with a model's card, by name."""
    return {card.parent.name: card.parent for card in sorted(models_folder().glob("*/card.json"))}
