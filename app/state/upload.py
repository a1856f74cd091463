"""What the user uploaded last, on one of the pages that read scans."""

from dataclasses import dataclass

from adcore.case.series import Series


@dataclass(frozen=True)
class Upload:
    """What the user uploaded last, without its content.

    Attributes:
        origin: digest of the uploader's ids of the files.
        series: what there is to choose from; empty where there is nothing to choose.
        number: the series chosen.
    """

    origin: str
    series: tuple[Series, ...] = ()
    number: int | None = None
