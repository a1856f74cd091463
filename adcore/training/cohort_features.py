"""What the shipped networks see in a cohort, as a table: branch vectors, shares of structures, fields."""

import numpy as np
import pandas as pd
import torch

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.networks.late_fusion import SCAN_PARTS
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.predict import Predictor

FIELDS = ("age_years", "sex", "education_years", "ses", "mmse")
FIELDS_NAME = "fields"


@torch.inference_mode()
def cohort_features(cohort: Cohort, predictor: Predictor) -> pd.DataFrame:
    """One row a session, about 0.3 s each; the networks' weights were trained without any label.

    Returns:
        float64, indexed by session, columns named by branch and number or what it is: "vgg16 0", "structures hippocampus",
        "fields mmse". Sex is 1 for female; unknown is NaN. nWBV and eTIV are derived from the image and left out.
    """
    images = [
        predictor.network.image_vectors(predictor.read_slices(slices, cohort.y_mm).features)[0][0].double().numpy()
        for slices in with_progress(cohort.slices, "reading", len(cohort))
    ]
    vectors = np.stack(images) if images else np.empty((0, 0))
    length = (vectors.shape[1] - len(SLICE_STRUCTURES)) // len(IMAGE_BRANCHES)
    names = [f"{branch.value} {number}" for branch in IMAGE_BRANCHES for number in range(length)]
    names += [f"{SCAN_PARTS[-1].value} {structure}" for structure in SLICE_STRUCTURES]
    fields = cohort.table[list(FIELDS)].assign(sex=cohort.table["sex"].map({"F": 1.0, "M": 0.0})).astype(float)
    session = pd.Index(cohort.table["session"], name="session")
    table = pd.DataFrame(vectors, columns=names)
    return table.join(fields.rename(columns=f"{FIELDS_NAME} {{}}".format)).set_index(session)
