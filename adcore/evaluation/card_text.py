"""The sentences of a model's card that no measurement gives."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CardText:
    """What a person writes on the card."""

    name: str
    version: str
    intended_use: str
    not_for: list[str]
    reference_standard: str
    method: dict[str, Any]
    metrics_origin: str
    limits: list[str]
    controls: dict[str, Any] = field(default_factory=dict)


OASIS1_TEXT = CardText(
    name="oasis1",
    version="1",
    intended_use=(
        "Research into the early detection of Alzheimer's disease: a second pair of eyes for a clinician who reviews one T1 "
        "brain MRI and a few clinical fields of a person of 60 or over. It estimates how likely impairment (CDR above 0) is. "
        "It assists; it never decides."
    ),
    not_for=[
        "Diagnosis, screening, treatment decisions, or any use without a doctor's own judgement.",
        "People under 60, children, or scans other than T1.",
        "Telling Alzheimer's disease from other dementias: the label is impairment, not its cause.",
    ],
    reference_standard=(
        "Clinical Dementia Rating at the visit of the scan; above 0 counts as impaired. CDR is a clinician's judgement, not "
        "pathology, and MMSE is part of how it is judged in practice."
    ),
    method={
        "data_source": "OASIS-1 cross-sectional (Marcus et al. 2007, J Cogn Neurosci 19:1498), acquired at one site at 1.5 T",
        "input": "ten coronal planes through the hippocampi in atlas space, skull-stripped, one fixed outline for everyone",
        "vgg16": "torchvision's VGG16 with batch normalisation, without its dense layers",
        "resnet50": "torchvision's ResNet50, last block dilated so that its maps keep 7 x 7 cells",
        "pooling": "mean over space, gated attention over planes (Ilse 2018)",
        "clinical": "multilayer perceptron on coded fields and a mask of what is known",
        "fusion": "concatenated branch vectors, then a small perceptron; fields, record or scan dropped at random in training",
        "pretraining": "age, sex, nWBV and eTIV of people without a label only, so no test person was ever seen",
        "calibration": "Platt's, fitted on out-of-fold logits; in the reported figures each fold's comes from the other folds",
        "unknown_ses": "people without SES are nearly all impaired, so in training unknown values come from random donors",
    },
    metrics_origin=(
        "Every labelled person once, out of fold: 5 folds stratified by label, split by person. Intervals are 95 % percentile "
        "bootstraps over people within each class (2000 resamples). Probabilities are calibrated on the other folds."
    ),
    limits=[
        "One site, one scanner, 158 labelled people; nobody outside OASIS-1 was used to check the shipped weights.",
        "The scan alone ranks people worse here than a logistic regression on age, sex, nWBV and eTIV does.",
        "The fine-tuning recipe was changed once after results of a first run on some outer folds had been seen; the choice "
        "itself was made on inner losses.",
        "Pretraining saw the planes mirrored left to right; with random flips that is the same in distribution.",
        "The shipped network is trained on all labelled people and calibrated on the logits of five sister networks.",
        "The interval beside a probability covers the calibration's sampling error only.",
        "Grad-CAM has cells of about 22 mm: it shows where the network looked, not where disease is.",
    ],
)
