"""A clinic's own offset: how far the volumes of healthy adults on its scanner lie from the norms."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from adcore.errors import ModelError

OFFSET_VARIABLE = "ADCORE_NORMS_OFFSET"
"""Environment variable that names the file of a clinic's own offset."""

LEAST_PARTICIPANTS = 20
"""Healthy adults that an offset takes: its standard error is then a fifth of the spread, or less. Chosen."""


class NormsOffset(BaseModel):
    """How far the volumes of a clinic's own healthy adults lie from the shipped curves.

    Attributes:
        participants: how many.
        weights_sha256: of the structure network that measured them.
        offsets: by measure, the mean difference of the logarithms and its standard error.
        spreads: by measure, the standard deviation of their z-scores: 1 where they scatter as the norms' participants.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    participants: int
    weights_sha256: str
    offsets: dict[str, tuple[float, float]]
    spreads: dict[str, float]

    @classmethod
    def read(cls, path: Path) -> Self:
        """From its file.

        Raises:
            ModelError: there is none, or it holds something else.
        """
        try:
            return cls.model_validate_json(path.read_text())
        except (OSError, ValueError) as error:
            raise ModelError(
                f"Expected {OFFSET_VARIABLE} to name a file that adcore structures norms --add wrote. Correct it, or unset it."
            ) from error
