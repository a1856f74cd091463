"""The last upload of scan files, on either page that accepts them."""

from dataclasses import dataclass

from adcore.case.series import Series


@dataclass(frozen=True)
class Upload:
    """The last upload, without its content.

    Attributes:
        origin: digest of the uploader's file ids.
        series: the series to choose from; empty if there is only one.
        number: the series chosen.
    """

    origin: str
    series: tuple[Series, ...] = ()
    number: int | None = None
