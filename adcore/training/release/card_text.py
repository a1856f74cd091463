"""The sentences of a model's card that no measurement gives."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adcore.model.card_schema import CDR, TargetCard


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
        "Research into the early detection of Alzheimer's disease: a second reader for a clinician who reviews one T1 brain "
        "MRI and a few clinical fields of a person aged 60 or over. It estimates the probability of impairment (CDR above 0). "
        "It assists; it never decides."
    ),
    not_for=[
        "Diagnosis, screening, treatment decisions, or any use without a clinician's own judgement.",
        "Patients under 60, children, or scans other than T1.",
        "Distinguishing Alzheimer's disease from other dementias: the label is impairment, not its cause.",
    ],
    reference_standard=(
        "Clinical Dementia Rating (CDR) at the visit of the scan; above 0 counts as impaired. CDR is a clinician's rating, not "
        "pathology, and in practice MMSE contributes to it."
    ),
    method={
        "input": "ten coronal slices through the hippocampi in atlas space, skull-stripped, with the same fixed outline for all "
        "participants",
        "structures": "a 2-D U-Net (Ronneberger 2015) segments 12 structures on each slice",
        "channels": "three channels for both networks: the slice, and its medial temporal grey matter and CSF as the U-Net "
        "segments them",
        "vgg16": "torchvision's VGG16 with batch normalisation, without its dense layers",
        "resnet50": "torchvision's ResNet50, last block dilated so that its maps keep 7 x 7 cells",
        "pooling": "mean over space, a linear readout of anatomy, gated attention over slices (Ilse 2018), a ridge logistic head",
        "clinical": "five multilayer perceptrons on encoded fields and a mask of the known ones, their log-odds averaged",
        "fusion": "the vectors of VGG16, ResNet50 and the clinical branch and the area fractions of the structures on the "
        "slices, concatenated, then a small perceptron; five, averaged; fields, record or scan dropped at random in training",
        "pretraining": "fractions of structures in every cell, age, sex, nWBV and eTIV, of unlabelled participants only, so no "
        "test participant was ever seen; no convolution was ever trained on a label",
        "calibration": "Platt scaling, fitted on out-of-fold logits; for the reported figures each fold is calibrated on the "
        "other folds; logits beyond the fitted range are clipped to it",
        "unknown_ses": "in training, unknown values are drawn from random donors, so that a missing value carries no information "
        "about the label",
    },
    metrics_origin=(
        "Every labelled participant once, out of fold: 5 folds stratified by label, split by participant. Intervals are 95% "
        "percentile bootstraps over participants within each class (2000 resamples); the ECE's is corrected for the scatter that "
        "resampling adds. Probabilities are calibrated on the other folds."
    ),
    limits=[
        "The probabilities were not validated outside the cohort.",
        "The shipped network is trained on all labelled participants and calibrated on the logits of five networks trained on "
        "the folds.",
        "The interval beside a probability covers the calibration's sampling error only.",
        "Grad-CAM has cells of about 22 mm: it shows where the network looked, not where disease is; the structures' "
        "fractions, which the fusion also reads, have no map.",
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
        "structures": "a 2-D U-Net (Ronneberger 2015) segments 12 structures on each slice; trained on 75 participants of IXI, "
        "with 16 held out: Dice on slices .91 hippocampus, .86 parahippocampal gyrus, .94 lateral ventricle, .70 inferior horn",
        "pretraining": "fractions of structures in every cell, age, sex, nWBV and eTIV, of unlabelled participants only (218 of "
        "OASIS-1, 75 of IXI), so no test participant was ever seen; no convolution was ever trained on a label",
        "unknown_ses": "participants without SES are nearly all impaired, so in training unknown values are drawn from random "
        "donors",
    },
    limits=[
        "One site, one scanner, 158 labelled participants; the probabilities were not validated outside OASIS-1.",
        "Without MMSE the clinical fields add nothing to the scan; with MMSE the scan adds little to the fields.",
        "Out of fold, the fusion without MMSE ranks participants no better than ResNet50 alone.",
        "How the fusion is trained was chosen after one look at cross-validated figures of these participants, on the "
        "structures' fractions alone; that structures help at all was also seen on them. Held-out participants may show these "
        "figures to be optimistic.",
        "The links between OASIS-1 and OASIS-2 rest on equal fields; where one participant of OASIS-2 matches two of OASIS-1, "
        "those two count as two participants, as OASIS-1 states.",
        *ANY_COHORT.limits[1:],
    ],
)

OASIS1_PREFIX = "OAS1_"
"""Beginning of OASIS-1's identifiers of participants."""


def card_text(
    participants: Collection[str],
    name: str,
    about: str | None,
    stages: str,
    target: TargetCard = CDR,
    measures: Sequence[str] = (),
) -> CardText:
    """The sentences for a model trained on some participants.

    Args:
        participants: everyone who took part; OASIS-1's are known by their identifiers.
        about: where the participants come from, in a sentence for the card; for OASIS-1 it is known.
        stages: how the convolutions came about.
        target: what the labels are.
        measures: what the clinical branch reads beside the usual fields.
    """
    known = all(person.startswith(OASIS1_PREFIX) for person in participants)
    source = {} if known else {"data_source": about or "not stated when this model was trained"}
    text = OASIS1_TEXT if known else ANY_COHORT
    own = {"measures": f"the clinical branch also reads {', '.join(measures)}, from the cohort's own table"} if measures else {}
    text = replace(text, name=name, method={**source, **text.method, **own, "stages": stages})
    return text if target == CDR else _with_target(text, target)


def _with_target(text: CardText, target: TargetCard) -> CardText:
    """The same of another label: what the probability is of, and that the words of answers stand for it."""
    others = f"{' or '.join(target.negative)} counts as negative" if target.negative else "every other known value is negative"
    floor = f" Only participants of {target.least_age:g} years and over have a label." if target.least_age else ""
    return replace(
        text,
        intended_use=(
            "Research: from one T1 brain MRI and a few clinical fields it estimates the probability of being "
            f"{target.positive_words}. It assists; it never decides."
        ),
        not_for=[
            "Diagnosis, screening, treatment decisions, or any use without a clinician's own judgement.",
            "Patients younger than the participants it was trained on, children, or scans other than T1.",
        ],
        reference_standard=f"A person is {target.positive_words}; {others}. From the cohort's own table.{floor}",
        limits=[
            "In answers, reports and pages the words impaired and unimpaired stand for positive and negative by this label.",
            *text.limits,
        ],
    )
