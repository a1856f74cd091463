"""One patient's input: the scan, its series, the clinical fields, checks of fitness, the reader's note."""
