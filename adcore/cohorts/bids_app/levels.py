"""Both levels of the BIDS App: each participant's scans, then one table of all that was written."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adcore.cohorts.analyse_cohort import AnalysisTask, analyse_tasks, made_of, tasks_of
from adcore.cohorts.analysed_folder import gathered
from adcore.cohorts.bids_app.columns import described
from adcore.cohorts.bids_app.dataset import write_dataset
from adcore.cohorts.bids_app.derivatives import Derivatives
from adcore.cohorts.bids_app.tsv import write_tsv
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import CohortError
from adcore.explain.explanation import SaliencyMethod

GROUP_FILE = "group_T1w.tsv"
GROUP_SIDECAR_FILE = "group_T1w.json"

OUTCOMES = ".adcore"
"""Stored analyses, from which a run continues and the group's table is made. BIDS leaves hidden folders alone."""


@dataclass(frozen=True)
class BidsRun:
    """What both levels are about.

    Attributes:
        scans: of adcore.cohorts.bids.find_bids, whose root is the BIDS folder.
        out: the folder of derivatives.
        model: the model's folder.
        saliency: as analyse takes it.

    Raises:
        CohortError: the derivatives would lie in the way of the scans.
    """

    scans: ScanList
    out: Path
    model: Path
    saliency: SaliencyMethod | None = None

    def __post_init__(self) -> None:
        if self.out.resolve() == self.scans.root.resolve():
            raise CohortError(
                f"{self.out} is the BIDS folder itself. Give another one, such as {self.out / 'derivatives/adcore'}."
            )

    def tasks(self) -> list[AnalysisTask]:
        """One task a scan."""
        further = Derivatives(self.scans.root, self.out)
        return tasks_of(self.scans, self.model, self.out / OUTCOMES, saliency=self.saliency, further=further)


def participant_level(run: BidsRun, workers: int = 1, *, again: bool = False) -> pd.DataFrame:
    """Analyse every scan that is not done, and write its files.

    Args:
        workers: number of parallel processes.
        again: retry scans that failed before.
    Returns:
        one row a scan, columns of adcore.cohorts.analysed_folder.
    Raises:
        ModelError: the model is missing or damaged.
        CohortError: no worker process could begin.
    """
    tasks = run.tasks()
    write_dataset(run.scans.root, run.out)
    analyse_tasks(tasks, workers, again=again)
    return gathered(run.out / OUTCOMES, run.scans, made_of(tasks))


def group_level(run: BidsRun) -> pd.DataFrame:
    """Write one table of what the participant level has stored; nothing is analysed.

    Returns:
        the table as written, one row a scan.
    Raises:
        ModelError: the model is missing or damaged.
        CohortError: no scan was analysed yet.
    """
    found = gathered(run.out / OUTCOMES, run.scans, made_of(run.tasks()))
    if found["category"].isna().all() and found["case"].isna().all():
        raise CohortError(
            f"No scan has an analysis in {run.out.name} yet. Run the participant level first, with the same options."
        )
    labels = found["session"].str.partition("_")[2].replace({"": None})
    table = pd.concat([found["person"].rename("participant_id"), labels.rename("session_id"), found.iloc[:, 2:]], axis=1)
    write_dataset(run.scans.root, run.out)
    write_tsv(run.out / GROUP_FILE, table, {name: described(name) for name in table})
    return table
