"""The keys of Streamlit's session state, page by page."""

KEPT = "adcore_kept_"
"""Prefix of the widgets whose values outlive a page switch."""

SESSION_KEY = "adcore_session"

# The review page
CHOICE_KEY = "adcore_choice"
UPLOAD_KEY = "adcore_upload"
SERIES_KEY = "adcore_series"
ANALYSE_KEY = "adcore_analyse"
ITEMS_KEY = "adcore_mmse_items"
ITEM_KEYS = "adcore_item_"
"""Prefix of the keys of the MMSE's sections."""

BLINDED_READ_KEY = f"{KEPT}blinded_read"
COMMIT_KEY, KEEP_NOTE_KEY = "adcore_commit", "adcore_keep_note"
PREVALENCE_KEY = f"{KEPT}prevalence"
WHAT_IF_KEY = "adcore_what_if"
TOUR_KEYS = "adcore_tour_"

# The errors page
SOURCE_KEY = f"{KEPT}source"
FOLDER_KEY = f"{KEPT}folder"
PREDICTIONS_KEY = "adcore_predictions"
INPUTS_KEY = f"{KEPT}inputs"
BRANCH_KEY = f"{KEPT}branch"
KINDS_KEY = f"{KEPT}kinds"
CDR_KEY = f"{KEPT}cdr"
AGES_KEY = f"{KEPT}ages"
SEX_KEY = f"{KEPT}sex"
OVER_KEY = f"{KEPT}over"
CASE_KEY = f"{KEPT}case"
CASE_TABLE_KEY = "adcore_case_table"
OVERLAY_KEY = f"{KEPT}overlay"

# The model card
CARD_INPUTS_KEY = f"{KEPT}card_inputs"
CARD_BRANCH_KEY = f"{KEPT}card_branch"
CARD_MEASURE_KEY = f"{KEPT}card_measure"

# The page over time
VISIT_UPLOAD_KEY = "adcore_visit_upload"
VISIT_SERIES_KEYS = "adcore_visit_series_"
"""Prefix of the keys of the choice among an upload's series."""

VISIT_MONTHS_KEY = f"{KEPT}visit_months"
VISIT_MMSE_KEY = f"{KEPT}visit_mmse"
VISIT_AGE_KEY = f"{KEPT}visit_age"
VISIT_SEX_KEY = f"{KEPT}visit_sex"
ADD_UPLOAD_KEY, ADD_REVIEWED_KEY, ADD_DEMO_KEY = "adcore_add_upload", "adcore_add_reviewed", "adcore_add_demo"
CLEAR_VISITS_KEY, COMPARE_KEY = "adcore_clear_visits", "adcore_compare"
SHOWN_VISIT_KEY, EARLIER_KEY, LATER_KEY = f"{KEPT}shown_visit", f"{KEPT}earlier", f"{KEPT}later"


def field_key(name: str) -> str:
    """The widget key of a clinical field."""
    return f"adcore_field_{name}"


def first_key(part: str, scan_sha256: str) -> str:
    """The key of one part of the reader's estimate before the answer: a draft until it is committed."""
    return f"adcore_first_{part}_{scan_sha256}"


def note_key(part: str, scan_sha256: str) -> str:
    """The key of one part of the reader's note after the answer: a draft until it is kept."""
    return f"adcore_note_{part}_{scan_sha256}"
