"""The review page: choice of the patient, clinical form, answer, explanation, export."""
