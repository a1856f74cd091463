"""People who take part in more than one data set: one name for each, so that a split by person holds across data sets."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.tables import read_text_table
from adcore.errors import CohortError

LINKS = "shared_people_oasis1_oasis2.csv"
LINK_COLUMNS = ("oasis2_mri", "oasis1_id")

logger = logging.getLogger(__name__)


def read_links(path: Path) -> tuple[tuple[str, str], ...]:
    """Pairs of sessions of one person, from a table with the columns LINK_COLUMNS.

    Raises:
        CohortError: the table or one of the columns is missing.
    """
    table = read_text_table(path)
    missing = [name for name in LINK_COLUMNS if name not in table.columns]
    if missing:
        raise CohortError(f"Expected the columns {' and '.join(LINK_COLUMNS)} in {path.name}; missing {', '.join(missing)}.")
    first, second = (table[name].str.strip() for name in LINK_COLUMNS)
    return tuple(zip(first, second, strict=True))


def link_participants(cohorts: Sequence[Cohort], links: Sequence[tuple[str, str]]) -> tuple[Cohort, ...]:
    """Give linked people one name, the first of their names in the alphabet, in all cohorts.

    Links go through: where one person is linked to two of another set, because both look alike, the three are held together.
    That can only keep more people on one side of a split than needed, never let one stand on both.
    Links to sessions that no cohort holds say nothing here and are passed over.
    """
    person_of = {
        str(session): str(person)
        for cohort in cohorts
        for session, person in cohort.table[["session", "person"]].itertuples(index=False)
    }
    participants = sorted(set(person_of.values()))
    place = {person: number for number, person in enumerate(participants)}
    pairs = [(place[person_of[a]], place[person_of[b]]) for a, b in links if a in person_of and b in person_of]
    rows, columns = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    edges = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(participants), len(participants)))
    _, group = connected_components(edges, directed=False)
    first: dict[int, str] = {}
    name = {person: first.setdefault(int(number), person) for person, number in zip(participants, group, strict=True)}
    renamed = sum(name[person] != person for person in participants)
    logger.info("%d of %d people are known under another name, too", renamed, len(participants))
    return tuple(replace(cohort, table=cohort.table.assign(person=cohort.table["person"].map(name))) for cohort in cohorts)


def join_cohorts(cohorts: Sequence[Cohort]) -> Cohort:
    """One cohort of several, in their order; a person of several keeps the sessions in that order.

    Name linked people first: what is joined here tells people apart by name alone.

    Raises:
        CohortError: there are none, their planes differ, or one session is in two of them.
    """
    if not cohorts:
        raise CohortError("Expected at least one cohort to join, got none.")
    kinds = {(cohort.t88_slices, cohort.slices.shape[2:]) for cohort in cohorts}
    if len(kinds) > 1:
        listed = " and ".join(str(list(slices)) for slices, _ in sorted(kinds))
        raise CohortError(f"Expected cohorts with the same planes, got {listed}. Keep those that all have, with on_planes().")
    return Cohort(
        table=pd.concat([cohort.table for cohort in cohorts], ignore_index=True),
        slices=np.concatenate([cohort.slices for cohort in cohorts]),
        t88_slices=cohorts[0].t88_slices,
        left_out=tuple(sentence for cohort in cohorts for sentence in cohort.left_out),
    )
