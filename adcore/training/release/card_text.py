"""The sentences of a model's card that no measurement gives."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class CardText:
    """The written part of a card."""

    name: str
    version: str
    intended_use: str
    not_for: list[str]
    reference_standard: str
    method: dict[str, Any]
    metrics_origin: str
    limits: list[str]


ANY_COHORT = CardText(
    name="",
    version="1",
    intended_use=(
        "Research into the early detection of Alzheimer's disease: a second pair of eyes for a clinician who reviews one T1 "
        "brain MRI and a few clinical fields of a patient of 60 or over. It estimates how likely impairment (CDR above 0) is. "
        "It assists; it never decides."
    ),
    not_for=[
        "Diagnosis, screening, treatment decisions, or any use without a doctor's own judgement.",
        "People under 60, children, or scans other than T1.",
        "Distinguishing Alzheimer's disease from other dementias: the label is impairment, not its cause.",
    ],
    reference_standard=(
        "Clinical Dementia Rating at the visit of the scan; above 0 counts as impaired. CDR is a clinician's judgement, not "
        "pathology, and in practice MMSE contributes to it."
    ),
    method={
        "input": "ten coronal slices through the hippocampi in atlas space, skull-stripped, one fixed outline for everyone",
        "structures": "a 2-D U-Net (Ronneberger 2015) segments 12 structures on each slice",
        "pictures": "three channels for both networks: the slice, and its medial temporal grey matter and its fluid as the U-Net "
        "segments them",
        "vgg16": "torchvision's VGG16 with batch normalisation, without its dense layers",
        "resnet50": "torchvision's ResNet50, last block dilated so that its maps keep 7 x 7 cells",
        "pooling": "mean over space, a linear readout of anatomy, gated attention over slices (Ilse 2018), a ridge logistic head",
        "clinical": "five multilayer perceptrons on coded fields and a mask of the known ones, their log-odds averaged",
        "fusion": "the vectors of VGG16, ResNet50 and the clinical branch and the shares of the structures on the slices, "
        "concatenated, then a small perceptron; five, averaged; fields, record or scan dropped at random in training",
        "pretraining": "shares of structures in every cell, age, sex, nWBV and eTIV, of participants without a label only, so no "
        "test participant was ever seen; no convolution ever learned from a label",
        "calibration": "Platt's, fitted on out-of-fold logits; in the reported figures each fold's comes from the other folds; "
        "beyond the logits it was fitted on it stays constant",
        "unknown_ses": "in training, unknown values come from random donors, so that an unknown field carries no information "
        "on the label",
    },
    metrics_origin=(
        "Every labelled participant once, out of fold: 5 folds stratified by label, split by person. Intervals are 95% "
        "percentile bootstraps over participants within each class (2000 resamples); that of the ECE lies above its value, since "
        "resampling adds scatter. Probabilities are calibrated on the other folds."
    ),
    limits=[
        "The probabilities were not checked on anyone outside the cohort.",
        "The shipped network is trained on all labelled participants and calibrated on the logits of five sister networks.",
        "The interval beside a probability covers the calibration's sampling error only.",
        "Grad-CAM has cells of about 22 mm: it shows where the network looked, not where disease is; the shares of the "
        "structures, which the fusion reads as well, have no map.",
    ],
)
"""True of every model that `adcore train` makes."""

OASIS1_TEXT = replace(
    ANY_COHORT,
    name="oasis1",
    version="3",
    method={
        "data_source": "OASIS-1 cross-sectional (Marcus et al. 2007, J Cogn Neurosci 19:1498), acquired at one site at 1.5 T; "
        "IXI (brain-development.org), healthy adults at 2 mm with DLMUSE's labels, for anatomy alone",
        **ANY_COHORT.method,
        "structures": "a 2-D U-Net (Ronneberger 2015) segments 12 structures on each slice; it learned from 75 participants of "
        "IXI, 16 were held out: Dice on slices .91 hippocampus, .86 parahippocampal gyrus, .94 lateral ventricle, .70 inferior "
        "horn",
        "pretraining": "shares of structures in every cell, age, sex, nWBV and eTIV, of participants without a label only "
        "(218 of OASIS-1, 75 of IXI), so no test participant was ever seen; no convolution ever learned from a label",
        "unknown_ses": "participants without SES are nearly all impaired, so in training unknown values come from random donors",
    },
    limits=[
        "One site, one scanner, 158 labelled participants; the probabilities were not checked on anyone outside OASIS-1.",
        "Without MMSE the clinical fields add nothing to the scan; with MMSE the scan adds little to the fields.",
        "Out of fold the fusion without MMSE ranks participants no better than ResNet50 alone.",
        "The training of the fusion was chosen after one look at cross-validated figures of these participants, on the shares of "
        "the structures alone; that structures help at all was seen on these participants, too. The figures may be optimistic "
        "for that.",
        "The links between OASIS-1 and OASIS-2 rest on equal fields; where one participant of OASIS-2 fits two of "
        "OASIS-1, those two count as two people, as in OASIS-1.",
        *ANY_COHORT.limits[1:],
    ],
)

OASIS1_PREFIX = "OAS1_"
"""Beginning of OASIS-1's identifiers of participants."""


def card_text(participants: Collection[str], name: str, about: str | None, stages: str) -> CardText:
    """The sentences for a model trained on some participants.

    Args:
        participants: everyone who took part; OASIS-1's are known by their identifiers.
        about: where the participants come from, in a sentence for the card; for OASIS-1 it is known.
        stages: how the convolutions came about.
    """
    known = all(person.startswith(OASIS1_PREFIX) for person in participants)
    source = {} if known else {"data_source": about or "not stated when this model was trained"}
    text = OASIS1_TEXT if known else ANY_COHORT
    return replace(text, name=name, method={**source, **text.method, "stages": stages})
