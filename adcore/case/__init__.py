"""One patient's input as values: the scan and its series, the clinical fields, scan checks, the reader's note."""
