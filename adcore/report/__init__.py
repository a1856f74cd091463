"""What a doctor takes along of an analysed case: a report of two pages, overlays, DICOM objects."""
