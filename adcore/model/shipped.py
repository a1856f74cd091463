"""Where the models lie that come with the program. Loads no torch."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]

SHIPPED_MODELS = next(
    (folder for folder in (_PACKAGE / "models", _PACKAGE.parent / "models") if folder.is_dir()), _PACKAGE / "models"
)
"""Inside an installed package; beside it in a checkout."""
