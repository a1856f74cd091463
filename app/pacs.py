"""A hospital's archive (PACS), where whoever runs the dashboard names one in the environment; users never type an address."""

from functools import lru_cache
from typing import TYPE_CHECKING

from adcore.errors import ArchiveError
from adcore.pacs import ArchiveSettings, archive_settings

if TYPE_CHECKING:
    from adcore.pacs.archive import Archive


def archive() -> "Archive | None":
    """The archive; None where there is none.

    Raises:
        ArchiveError: its settings are not valid, or a package is missing.
    """
    settings = archive_settings()
    return None if settings is None else _opened(settings)


@lru_cache(maxsize=1)
def _opened(settings: ArchiveSettings) -> "Archive":
    try:
        from adcore.pacs.archive import Archive
    except ModuleNotFoundError as error:
        raise ArchiveError(f"An archive needs the package {error.name}. Install adcore[pacs] and try again.") from error
    return Archive(settings)
