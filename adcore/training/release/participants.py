"""Age band, sex and CDR of a model's labelled participants beside its predictions, for data whose terms allow it."""

from pathlib import Path

from adcore.cohorts.browse import BrowsableCohort
from adcore.errors import CohortError
from adcore.evaluation.cases.age_bands import age_bands
from adcore.model.card import PARTICIPANTS_FILE
from adcore.model.seal import reseal_tables
from adcore.model.stored_predictions import StoredPredictions


def add_participants(folder: Path, cohort: BrowsableCohort) -> int:
    """Write the table and seal the folder again.

    Returns:
        how many participants it holds.
    Raises:
        ModelError: the folder has no predictions, or was changed since it was sealed.
        CohortError: the cohort lacks some of the participants.
    """
    subjects = StoredPredictions.read(folder).folds["subject"]
    known = cohort.first_sessions().set_index("person")
    missing = sorted(set(subjects) - set(known.index))
    if missing:
        raise CohortError(
            f"{len(missing)} of {len(subjects)} participants of the model are not in this data folder, {missing[0]} among them. "
            "Choose the cohort that the model was trained on."
        )
    found = known.loc[subjects]
    table = found.assign(age_band=age_bands(found["age_years"]))[["age_band", "sex", "cdr"]]
    table.rename_axis("subject").to_csv(folder / PARTICIPANTS_FILE)
    reseal_tables(folder)
    return len(table)
