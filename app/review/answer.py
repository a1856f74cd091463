"""What stands behind an answer on the review page: parts, branches, what would help, note and files, then for researchers."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.answer.wording import what_would_help
from adcore.model.card import ModelCard
from adcore.predict import Category, Prediction
from app.review.charts import branch_chart, branches_in_words
from app.review.export import show_export
from app.review.note import show_note
from app.review.parts import show_parts
from app.review.researchers import show_for_researchers
from app.shared.widgets import show_chart
from app.state.session import Session


def show_answer(analysis: Analysis, card: ModelCard, session: Session) -> None:
    """Show what stands behind the answer of one analysed case; its headline and findings are the caller's."""
    if analysis.prediction is not None:
        show_parts(analysis)
        _branches(analysis.prediction)
        _doubt(analysis, analysis.prediction, card)
        show_note(session)
    show_export(analysis, session)
    show_for_researchers(analysis, card, session)


def _branches(prediction: Prediction) -> None:
    st.markdown("### Each branch alone")
    show_chart(branch_chart(prediction), "branches", branches_in_words(prediction))


def _doubt(analysis: Analysis, prediction: Prediction, card: ModelCard) -> None:
    """What to do with an inconclusive answer, and with branches that disagree."""
    helps = what_would_help(card, prediction, analysis.record, analysis.prepared.checks)
    sentences = (*(str(note) for note in prediction.notes), *helps)
    if sentences:
        title = "What would help" if prediction.category is Category.INCONCLUSIVE else "Beside the answer"
        st.markdown(f"### {title}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences))
