"""The about page: what the program does and does not do, how to read an answer, and the model in use."""

import streamlit as st

from adcore.errors import AdcoreError
from app.runtime import runtime
from app.store import where_kept

TEXT = """
## What it does
Two networks, VGG16 and ResNet50, read ten coronal slices of a T1-weighted scan through the temporal lobes; a third network
reads the clinical fields. Each gives its own probability of impairment (CDR above 0). A late fusion, which also reads the area of
each structure on the slices, gives the answer. CDR is what the model predicts, so it is never an input.

## How to read the answer
- **The probability has a 90% interval.** The answer is *inconclusive*, with the reason, if at the stated 90% confidence both
  classes or neither remain possible, or if the age is unknown. Outside the ages of training there is no number. Branches that
  disagree are noted beside the answer.
- **It assumes a prevalence.** Half of the training participants are impaired; where fewer patients are, the same scan means less.
  Both stand side by side, until you set your clinic's own share.
- **With and without MMSE.** MMSE is part of how CDR is rated in practice, so the answer without it is shown as well.
- **The saliency maps show where a network looked, not where disease is.** They keep their raw scale, the same for
  every patient, and cover only the ten slices that the networks read. If nothing points to impairment, the page says so.
- **A scan that fails a quality check gets no probability.** The viewer still shows it.
- **Volumes** are measured by a further network that segments brain structures, trained on automatic labels of healthy adults
  from one scanner. The percentile compares with those adults, by age, sex and head size, and says nothing about a cause. Another
  scanner can shift a volume by a few percent, and ages outside the normative sample get no percentile.
- **Grades of atrophy** are computed from these volumes. No radiologist rated anything here: look at the slice.

## How to read the images
The display is radiological at first: the patient's right is on the left of the screen. The letters at the edges (L, R, A, P, S,
I) come from the file and follow every change of display; a question mark means that the file does not define left and right.

## What it is not for
Not for diagnosis, screening or decisions about treatment, and not for people under 60 or with another brain disease. The model
was trained on research volunteers from one site.

## Your data
{where_kept} Nothing is shared between users. Files are read in a separate process with limits on memory and time. Names and
other identifiers in DICOM headers are not imported; the page refers to a scan by a pseudonym derived from its content.
"""


def show_about() -> None:
    """Show the text, and the model in use."""
    st.title("About")
    text, model = st.columns([3, 2], gap="large")
    text.markdown(TEXT.replace("{where_kept}", where_kept()))
    with model, st.container(border=True):
        st.markdown("**The model in use**")
        try:
            predictor = runtime().predictor()
        except AdcoreError as error:
            st.warning(str(error), icon=None)
            return
        card = predictor.card
        st.markdown(f"{card.name} {card.version}, created {card.created}  \nWeights {predictor.weights_sha256}")
        st.markdown(card.intended_use)
        st.markdown("**Known limits**\n\n" + "\n".join(f"- {limit}" for limit in card.limits))
