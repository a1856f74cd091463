"""A folder of prepared scans, as `adcore prepare` writes it: one file per session, written atomically, and tables.

preparation.json        the digest of the configuration; a folder prepared with another one is refused
sessions/<key>.npz      the outcome of one scan: its slices and measures, or why it cannot be used
cohort.csv              the usable sessions with the fields of their participants
failed.csv              the others, each with the reason
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.atomic import write_atomically
from adcore.cohorts.cohort import COLUMNS, Cohort
from adcore.cohorts.fields import clean
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.scan_files import key_of
from adcore.cohorts.tables import UNKNOWN, read_text_table
from adcore.errors import CohortError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.slices import SliceConfig

SLICES, SLICES_IN_0_1 = "slices", "planes"
PREPARATION, COHORT, FAILED, SESSIONS = "preparation.json", "cohort.csv", "failed.csv", "sessions"
FAILED_COLUMNS = ("session", "scan", "sentence")
QUALITY = ("smoothness_mm", "noise_percent")
"""Columns of cohort.csv with what two checks measured: FWHM in mm, and noise in percent of white matter's intensity."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of preparing one scan.

    Attributes:
        session: name of the session in the cohort.
        scan: path of the scan relative to the data set's folder.
        stamp: size and time of the file, by which a change is detected.
        sha256: digest of the scan's content; empty where it could not be read.
        sentences: reasons why the scan cannot be used; empty where it can.
        etiv_cm3, nwbv: intracranial volume and the brain's share of it, by the structure network; None where unmeasured.
        smoothness_mm, noise_percent: see QUALITY; None where unmeasured.
    """

    session: str
    scan: str
    stamp: str
    sha256: str = ""
    sentences: tuple[str, ...] = ()
    etiv_cm3: float | None = None
    nwbv: float | None = None
    smoothness_mm: float | None = None
    noise_percent: float | None = None

    @property
    def usable(self) -> bool:
        """Whether the session belongs to the cohort."""
        return not self.sentences


class PreparedFolder:
    """The folder, opened with the configuration that its slices are or will be prepared with.

    Raises:
        CohortError: it was prepared with another configuration, or its statement is damaged.
    """

    def __init__(self, path: Path, config: PreparationConfig):
        self.path = path
        self._config = config
        stated = path / PREPARATION
        if stated.is_file():
            try:
                digest = json.loads(stated.read_text())["digest"]
            except (ValueError, KeyError, TypeError) as error:
                raise CohortError(
                    f"{stated.name} in {path.name} is damaged. Prepare the scans again into a new folder."
                ) from error
            if digest != config.digest:
                raise CohortError(
                    f"{path.name} was prepared with the configuration {digest}, but {config.digest} is required. "
                    "Prepare the scans again into a new folder."
                )

    def begin(self) -> None:
        """Create the folder and write its configuration."""
        (self.path / SESSIONS).mkdir(parents=True, exist_ok=True)
        statement = {"digest": self._config.digest, "config": asdict(self._config)}
        content = (json.dumps(statement, indent=1) + "\n").encode()
        write_atomically(self.path / PREPARATION, lambda file: file.write(content))

    def file_of(self, session: str) -> Path:
        """The file of a session's outcome; the file name is safe for any session name."""
        return self.path / SESSIONS / f"{key_of(session)}.npz"

    def outcome(self, session: str) -> Outcome | None:
        """The outcome of a session; None where it is missing or damaged."""
        try:
            with np.load(self.file_of(session), allow_pickle=False) as file:
                values = json.loads(str(file["outcome"]))
            return Outcome(**values | {"sentences": tuple(values["sentences"])})
        except (OSError, ValueError, KeyError, TypeError, EOFError):
            return None

    def table(self) -> pd.DataFrame:
        """The usable sessions, with the columns of a cohort and those that were kept as text.

        Raises:
            CohortError: the folder is not finished.
        """
        if not (self.path / COHORT).is_file():
            raise CohortError(
                f"{self.path.name} is not finished: {COHORT} is missing. Run adcore prepare again; it resumes where it stopped."
            )
        raw = read_text_table(self.path / COHORT)
        kept = [name for name in raw if name not in COLUMNS]
        return clean(raw, COHORT).join(raw[kept].where(~raw[kept].isin(UNKNOWN), None))

    def slices(self, session: str) -> NDArray[np.float32]:
        """The slices of one session, float32 (N, H, W).

        Raises:
            CohortError: they are missing or damaged.
        """
        try:
            with np.load(self.file_of(session), allow_pickle=False) as file:
                slices: NDArray[np.float32] = file[SLICES if SLICES in file else SLICES_IN_0_1]
                return slices
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise CohortError(
                f"The slices of {session} in {self.path.name} are missing or damaged. Run adcore prepare again."
            ) from error

    def keep(self, outcome: Outcome, slices: NDArray[np.float32] | None) -> None:
        """Write the outcome of one session atomically."""
        arrays = {} if slices is None else {SLICES: slices.astype(np.float32)}
        text = np.array(json.dumps(asdict(outcome)))
        write_atomically(self.file_of(outcome.session), lambda file: np.savez(file, allow_pickle=False, outcome=text, **arrays))

    def write_tables(self, scans: ScanList) -> tuple[int, int]:
        """Write cohort.csv and failed.csv from the data set's current table and the stored outcomes.

        Where the table has no eTIV or nWBV at all, the measured values are used. They are not comparable with OASIS's values,
        which come from other software (its nWBV is about 0.15 lower), so a column never mixes both.

        Returns:
            the number of usable and of unusable sessions.
        """
        unmeasured = [name for name in ("etiv_cm3", "nwbv") if scans.table[name].isna().all()]
        rows, failed = [], [("", "", sentence) for sentence in scans.left_out]
        seen: dict[str, str] = {}
        for (_, row), scan in zip(scans.table.iterrows(), scans.scans, strict=True):
            outcome = self.outcome(row["session"])
            if outcome is None:
                failed.append((row["session"], str(scan), "Not prepared yet. Run adcore prepare again."))
                continue
            sentences = list(outcome.sentences)
            twin = seen.setdefault(outcome.sha256, row["session"]) if outcome.sha256 else row["session"]
            if twin != row["session"]:
                sentences.append(f"The same scan as {twin}. Remove one of the two.")
            if sentences:
                failed.append((row["session"], outcome.scan, " ".join(sentences)))
            else:
                rows.append({**row, **{name: getattr(outcome, name) for name in (*unmeasured, *QUALITY)}})
        _write_table(
            self.path / COHORT, pd.DataFrame(rows, columns=[*scans.table.columns.difference(QUALITY, sort=False), *QUALITY])
        )
        _write_table(self.path / FAILED, pd.DataFrame(failed, columns=list(FAILED_COLUMNS)))
        scans.write_notes(self.path)
        return len(rows), len(failed)


def load_prepared(path: Path, config: SliceConfig) -> Cohort:
    """The usable sessions of a prepared folder.

    Raises:
        CohortError: the folder is not finished, damaged, or prepared with another configuration.
    """
    folder = PreparedFolder(path, replace(PreparationConfig(), slices=config))
    table = folder.table()
    failed = read_text_table(path / FAILED) if (path / FAILED).is_file() else pd.DataFrame(columns=list(FAILED_COLUMNS))
    left_out = tuple(
        f"{session}: {sentence}" if session else sentence for session, sentence in failed[["session", "sentence"]].to_numpy()
    )
    if table.empty:
        raise CohortError(f"None of the scans in {path.name} can be used. {FAILED} lists the reasons.")
    return Cohort(table, np.stack([folder.slices(session) for session in table["session"]]), config.t88_slices, left_out)


def _write_table(path: Path, table: pd.DataFrame) -> None:
    write_atomically(path, lambda file: table.to_csv(file, index=False))
