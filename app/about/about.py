"""What the program does and does not do, in the reader's language, and which model is at work."""

import streamlit as st

from adcore.errors import AdcoreError
from app.runtime import runtime

TEXT = """
## What it does
It reads ten coronal planes through the temporal lobes of a T1 scan with two networks, VGG16 and ResNet50, and the clinical
fields with a third. Each gives a probability of impairment (CDR above 0) by itself; a late fusion, which also reads how much of
each plane every part of the brain fills, gives the answer. CDR is what it estimates, so it is never asked for.

## How to read the answer
- **The probability comes with a 90% interval.** Where, at the stated 90% confidence, both answers or neither remain possible,
  where the branches disagree, or where the age lies outside what the model has seen, the answer is *inconclusive*, with the
  reason.
- **With and without MMSE.** MMSE is part of how CDR is judged in practice, so the answer without it stands beside.
- **The maps (Grad-CAM) show where a network looked, not where disease is.** They keep their raw scale, the same for every
  patient, and lie only on the ten planes that the networks read. Where nothing speaks for impairment, the page says so.
- **A scan that fails a check gets no probability.** The viewer still shows it.
- **Volumes** are measured by a further network that labels the parts of the brain, trained on automatic labels of healthy adults
  of one scanner. The percentile compares with those adults, by age and sex, and says nothing of a cause. Another scanner can
  shift a volume by a few percent, and ages that were not measured get no percentile.

## How to read the pictures
Radiological display at first: the patient's right is on the left of the screen. The letters at the edges (L, R, A, P, S, I)
come from the file, and follow every switch; a question mark stands where the file does not say which side is which.

## What it is not for
Not for diagnosis, not for screening, not for decisions about treatment, and not for people under 60 or with another disease of
the brain. It was trained on research volunteers of one site.

## Your data
A scan lives in the memory of your session and nowhere else: it is not written to disk, not shared between users, and
gone when you close the page. Files are read in a process of their own, which has limits of memory and time; names and other
identifiers in DICOM headers are not taken over, and the page calls a scan by a few digits of its content.
"""


def show_about() -> None:
    """Show the text, and the model that is loaded."""
    st.title("About")
    text, model = st.columns([3, 2], gap="large")
    text.markdown(TEXT)
    with model, st.container(border=True):
        st.markdown("**The model at work**")
        try:
            predictor = runtime().predictor()
        except AdcoreError as error:
            st.warning(str(error), icon=None)
            return
        card = predictor.card
        st.markdown(f"{card.name} {card.version}, made {card.created}  \nWeights {predictor.weights_sha256}")
        st.markdown(card.intended_use)
        st.markdown("**Known limits**\n\n" + "\n".join(f"- {limit}" for limit in card.limits))
