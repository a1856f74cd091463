"""The page that reviews one patient: intake, form, answer, explanation, export."""
