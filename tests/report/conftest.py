"""Analyses to take along, computed from nothing: typical, inconclusive, refused, and of a DICOM series."""

from dataclasses import replace

import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord, Sex
from adcore.model.card import ModelCard
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.readers import read_upload
from tests.support.builders import head
from tests.support.dicom_builder import put, series, upload
from tests.support.fakes import fake_analysis, head_scan
from tests.support.untrained import untrained_card

RECORD = ClinicalRecord(age_years=74, sex=Sex.FEMALE, education_years=12, mmse=21)
FRAME = "1.2.826.0.1.3680043.8.498.77"


@pytest.fixture(scope="session")
def card() -> ModelCard:
    return untrained_card()


@pytest.fixture(scope="session")
def typical() -> Analysis:
    return fake_analysis(head_scan(), RECORD)


@pytest.fixture(scope="session")
def inconclusive() -> Analysis:
    return fake_analysis(head_scan(), ClinicalRecord())


@pytest.fixture(scope="session")
def refused() -> Analysis:
    return fake_analysis(head_scan(), RECORD, fit=False)


@pytest.fixture(scope="session")
def untrained_age() -> Analysis:
    return fake_analysis(head_scan(), RECORD.model_copy(update={"age_years": 45.0}), trained=False)


@pytest.fixture(scope="session")
def of_dicom() -> Analysis:
    """Of a head that came as single images: slices from the patient's right to the left, as a sagittal series is stored.

    A block of 3 x 3 x 3 voxels at the left hippocampus carries that label, one further right the right one's.
    """
    made = head((6.0, 4.0, 5.0))
    voxels = np.round(1000 * np.moveaxis(made.voxels, 0, -1)[:, ::-1])  # posterior to anterior, then superior to inferior
    j, k, i = np.eye(3)[[1, 2, 0]]
    turn = np.eye(4)
    turn[:3, :3] = np.stack([j, -k, i], axis=1)
    turn[:3, 3] = [0, 0, made.voxels.shape[2] - 1]
    slices = series(voxels, made.affine @ turn)
    put(slices, FrameOfReferenceUID=FRAME)
    analysis = fake_analysis(read_upload(upload(slices)), RECORD)
    labels = np.zeros(analysis.prepared.scan.voxels.shape, np.uint8)
    for side, x in ((Side.LEFT, -26.0), (Side.RIGHT, 26.0)):
        at = np.rint(apply_affine(np.linalg.inv(analysis.prepared.scan.affine), (x, -24.0, -14.0))).astype(int)
        labels[tuple(slice(place - 1, place + 2) for place in at)] = label_of("hippocampus", side)
    prepared = replace(analysis.prepared)
    vars(prepared)["structures"] = labels  # what its cached property would compute from a network's output
    return replace(analysis, prepared=prepared)
