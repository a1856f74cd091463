"""The entry point for every data set: recognises the layout of a folder, or lists the layouts that can be read."""

import logging
from collections.abc import Callable, Collection
from pathlib import Path

from adcore.cohorts import oasis1, oasis1_discs, oasis2
from adcore.cohorts.bids import PARTICIPANTS, find_bids
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.manifest import MANIFEST, find_manifest, read_manifest
from adcore.cohorts.prepared_folder import PREPARATION, load_prepared
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig

SLICES = (
    f"a folder written by adcore prepare ({PREPARATION})",
    f"OASIS-1 slices ({oasis1.TABLE} and coronal/<session>/<session>.90.png to .99.png)",
    f"OASIS-1 discs ({oasis1.TABLE} and OAS1_xxxx_MR1/{oasis1_discs.T88_FILES})",
    f"OASIS-2 slices ({oasis2.TABLE} and cor/<session>{oasis2.SLICE_ENDING})",
)

WHOLE_HEADS = (
    f"OASIS-1 discs ({oasis1.TABLE} and OAS1_xxxx_MR1/{oasis1_discs.RAW_FILES})",
    f"OASIS-2 as distributed ({oasis2.TABLE} and OAS2_xxxx_MRy/{oasis2.RAW_FILE})",
    f"a BIDS folder ({PARTICIPANTS} and sub-*/[ses-*/]anat/*_T1w.nii.gz)",
    f"a table of scans ({MANIFEST}, or any CSV, with the columns path and person)",
)


SHOWN = 20
"""Sentences of one kind that are told; files hold the rest."""

logger = logging.getLogger(__name__)


def load_cohort(folder: Path, config: SliceConfig) -> Cohort:
    """Load the participants of a data set with their slices. Sessions that are left out are also logged.

    Args:
        folder: in one of the layouts SLICES.
    Raises:
        CohortError: the layout is not recognised, the scans are not prepared yet, or the layout's own loader refuses them.
    """
    load = _slices_at(folder)
    if load is not None:
        cohort = load(folder, config)
        _tell("left out: ", cohort.left_out)
        return cohort
    if _scans_at(folder) is not None:
        raise CohortError(
            f"{folder.name} contains whole-head scans. Prepare them first: adcore prepare --data {folder.name} --out PREPARED. "
            "Then give the folder PREPARED here."
        )
    raise _not_recognised(folder, SLICES + WHOLE_HEADS)


def find_scans(place: Path, keep: Collection[str] = ()) -> ScanList:
    """Find the whole-head scans of a data set, to be prepared or analysed. What was read of its tables is also logged.

    Args:
        place: a folder in one of the layouts WHOLE_HEADS, or the table of scans itself.
        keep: further columns of its tables to keep as text; of a CSV or a BIDS folder.
    Raises:
        CohortError: the layout is not recognised, or its own finder refuses the data set.
    """
    find = _scans_at(place)
    if find is not None:
        scans = find(place, keep)
        tell(scans)
        return scans
    if _slices_at(place) is not None:
        raise CohortError(f"{place.name} already contains slices. Give it to adcore train or adcore evaluate directly.")
    raise _not_recognised(place, WHOLE_HEADS)


def tell(scans: ScanList) -> None:
    """Log what was read of the tables, and what was left out."""
    _tell("", scans.notes)
    _tell("left out: ", scans.left_out)


def _tell(kind: str, sentences: tuple[str, ...]) -> None:
    for sentence in sentences[:SHOWN]:
        logger.warning("%s%s", kind, sentence)
    if len(sentences) > SHOWN:
        logger.warning("%s%d more", kind, len(sentences) - SHOWN)


def _slices_at(folder: Path) -> Callable[[Path, SliceConfig], Cohort] | None:
    if (folder / PREPARATION).is_file():
        return load_prepared
    if (folder / "coronal").is_dir():
        return oasis1.load_oasis1
    if oasis1_discs.disc_sessions(folder, oasis1_discs.T88_FILES):
        return oasis1_discs.load_discs
    if (folder / "cor").is_dir() and any(folder.glob(oasis2.TABLES)):
        return oasis2.load_oasis2
    return None


def _scans_at(place: Path) -> Callable[[Path, Collection[str]], ScanList] | None:
    manifest = find_manifest(place)
    if manifest is not None:
        return lambda _, keep: read_manifest(manifest, keep)
    if (place / PARTICIPANTS).is_file():
        return lambda folder, keep: find_bids(folder, keep=keep)
    if oasis1_discs.disc_sessions(place, oasis1_discs.RAW_FILES):
        return _without_kept(oasis1_discs.find_raw_scans)
    if oasis2.raw_sessions(place):
        return _without_kept(oasis2.find_oasis2_scans)
    return None


def _without_kept(find: Callable[[Path], ScanList]) -> Callable[[Path, Collection[str]], ScanList]:
    """Of a layout whose tables are known by heart."""

    def found(place: Path, keep: Collection[str]) -> ScanList:
        if keep:
            raise CohortError("Columns can be kept of a CSV or a BIDS folder only. List the scans in a CSV to keep others.")
        return find(place)

    return found


def _not_recognised(place: Path, layouts: tuple[str, ...]) -> CohortError:
    if not place.exists():
        return CohortError(f"{place} does not exist. Check the path.")
    return CohortError(f"The layout of {place.name} is not recognised. Expected one of: {'; '.join(layouts)}.")
