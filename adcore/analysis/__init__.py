"""One analysed case with its provenance: as a value, as a JSON document with its schema, as a table row, in a notebook."""

from adcore.analysis.result import SCHEMA_VERSION, Analysis, OtherStructures, Provenance, Step

__all__ = ["SCHEMA_VERSION", "Analysis", "OtherStructures", "Provenance", "Step"]
