"""The keys of Streamlit's session state, by page."""

KEPT = "adcore_kept_"
"""Prefix of widgets whose values survive a page switch."""

SESSION_KEY = "adcore_session"
ADMITTED_KEY = "adcore_admitted"

# The review page
OPEN_KEYS = "adcore_open_"
"""Prefix of the buttons that open a demo patient or a case of this session."""

ERASE_KEY, ERASE_SURE_KEY = "adcore_erase", "adcore_erase_sure_"
UPLOAD_KEY = "adcore_upload"
SERIES_KEY = "adcore_series"
PATIENT_ID_KEY, ACCESSION_KEY, FIND_KEY = "adcore_patient_id", "adcore_accession", "adcore_find"
TEST_PACS_KEY, SEND_KEY = "adcore_test_pacs", "adcore_send"
FETCH_KEYS = "adcore_fetch_"
"""Prefix of the buttons that fetch a series from the archive."""

ANALYSE_KEY, CANCEL_KEY = "adcore_analyse", "adcore_cancel"
SECTIONS_KEY = "adcore_mmse_sections"
MMSE_BAND_KEY = "adcore_mmse_band"
SECTION_KEYS = "adcore_mmse_section_"
"""Prefix of the keys of the MMSE sections."""

MEASURE_KEYS = "adcore_measure_"
"""Prefix of the fields of the model's own measures."""

BLINDED_READ_KEY = f"{KEPT}blinded_read"
COMMIT_KEY, SAVE_NOTE_KEY = "adcore_commit", "adcore_save_note"
PREVALENCE_KEY, PREVALENCE_SET_KEY = f"{KEPT}prevalence", f"{KEPT}prevalence_set"
WHAT_IF_KEY = "adcore_what_if"
OTHER_STRUCTURES_KEYS = "adcore_other_structures_"
"""Prefix of the buttons that give a structure another volume."""
SALIENCY_KEY, TEST_MAPS_KEY = "adcore_saliency", "adcore_test_maps"
TOUR_KEYS = "adcore_tour_"

# The administrators' page
ALL_CASES_KEY = "adcore_all_cases"

# The errors page
SOURCE_KEY = f"{KEPT}source"
FOLDER_KEY = f"{KEPT}folder"
PREDICTIONS_KEY = "adcore_predictions"
INPUTS_KEY = f"{KEPT}inputs"
BRANCH_KEY = f"{KEPT}branch"
KINDS_KEY = f"{KEPT}kinds"
CDR_KEY = f"{KEPT}cdr"
CELLS_KEY = f"{KEPT}cells"
CHANCES_KEY = f"{KEPT}chances"
THRESHOLD_KEY = f"{KEPT}threshold"
AGES_KEY, NO_AGES_KEY = f"{KEPT}ages", "adcore_no_ages"
BANDS_KEY = f"{KEPT}bands"
SEX_KEY = f"{KEPT}sex"
SITE_KEY, MMSE_RANGE_KEY, DISTANCE_KEY = f"{KEPT}site", f"{KEPT}mmse_range", f"{KEPT}distance"
QUALITY_KEYS = f"{KEPT}quality_"
SUREST_KEY = f"{KEPT}surest"
OVER_KEY = f"{KEPT}over"
CASE_KEY = f"{KEPT}case"
CASE_TABLE_KEY = "adcore_case_table"
OVERLAY_KEY = f"{KEPT}overlay"
BESIDE_KEY = f"{KEPT}beside"
PAIR_KEY, AVERAGE_KEY = f"{KEPT}pair", "adcore_average"
SEARCH_KEY, GROUP_KEY = "adcore_search", "adcore_group"
CASE_TAGS_KEYS, CASE_NOTE_KEYS = "adcore_case_tags_", "adcore_case_note_"
NOTES_UPLOAD_KEY = "adcore_notes"

# The model card
CARD_INPUTS_KEY = f"{KEPT}card_inputs"
CARD_BRANCH_KEY = f"{KEPT}card_branch"
CARD_MEASURE_KEY = f"{KEPT}card_measure"
UNFOLD_KEY = "adcore_unfold"

# The follow-up page
VISIT_UPLOAD_KEY = "adcore_visit_upload"
VISIT_SERIES_KEYS = "adcore_visit_series_"
"""Prefix of the keys of the series choice, one per upload."""

VISIT_MONTHS_KEY = f"{KEPT}visit_months"
VISIT_MMSE_KEY = f"{KEPT}visit_mmse"
VISIT_AGE_KEY = f"{KEPT}visit_age"
VISIT_SEX_KEY = f"{KEPT}visit_sex"
ADD_UPLOAD_KEY, ADD_REVIEWED_KEY, ADD_DEMO_KEY = "adcore_add_upload", "adcore_add_reviewed", "adcore_add_demo"
REMOVE_VISIT_KEYS, COMPARE_KEY, CANCEL_COMPARE_KEY = "adcore_remove_visit", "adcore_compare", "adcore_cancel_compare"
SHOWN_VISIT_KEY, EARLIER_KEY, LATER_KEY = f"{KEPT}shown_visit", f"{KEPT}earlier", f"{KEPT}later"


def field_key(name: str) -> str:
    """The widget key of a clinical field."""
    return f"adcore_field_{name}"


def header_key(scan_sha256: str, age_years: float | None, sex: str | None) -> str:
    """The key of the confirmation of age and sex beside a scan's header: another age or sex is confirmed anew."""
    return f"adcore_header_{scan_sha256}_{age_years}_{sex}"


def estimate_key(field: str, scan_sha256: str) -> str:
    """The key of one field of the reader's estimate before the answer: a draft until it is committed."""
    return f"adcore_estimate_{field}_{scan_sha256}"


def note_key(field: str, scan_sha256: str) -> str:
    """The key of one field of the reader's note after the answer: a draft until it is saved."""
    return f"adcore_note_{field}_{scan_sha256}"
