"""The description of the endpoint by OpenAPI 3.1, made of the clinical fields and the schema of the document.

`make schema` writes it to docs/reference/openapi.json.
"""

import json
from pathlib import Path
from typing import Any

from adcore.analysis.document import SCHEMA_VERSION, schema
from adcore.case.clinical import FIELDS, RECORDED_FIELDS, FieldSpec
from adcore.words import DISCLAIMER
from app.api.fields import HEADER_CONFIRMED, MEASURES, PREVALENCE, SCAN, SERIES

ANALYSE = "/api/analyse"
DOCUMENT = "AnalysisDocument"
TOKEN = "token"

REFUSALS = {
    401: "nobody who is signed in, and no token that holds",
    403: "no role, or not from its own machine or proxy",
    413: "the files are too large",
    422: "a field or the scan is refused; the sentence says why, and lists the series where there are several",
    429: "too much of this user, or of all, is running or waiting",
    503: "there is no result, or no record of it; what stopped it is in the sentence",
}


def openapi(server: str = "/") -> dict[str, Any]:
    """The description, for a server at this path."""
    document = schema()
    parts = document.pop("$defs")
    for key in ("$schema", "$id"):
        document.pop(key)
    components = _moved({**parts, DOCUMENT: document, "Refusal": _refusal()})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "adcore",
            "version": str(SCHEMA_VERSION),
            "description": f"{DISCLAIMER} It assists doctors, and decides nothing.",
        },
        "servers": [{"url": server}],
        "paths": {ANALYSE: {"post": _analyse()}},
        "components": {"schemas": components, "securitySchemes": {TOKEN: _token()}},
    }


def openapi_text() -> str:
    """The description as its file holds it."""
    return json.dumps(openapi(), indent=1) + "\n"


def write_openapi(path: str | Path) -> None:
    """Write the description's file."""
    Path(path).write_text(openapi_text())


def _analyse() -> dict[str, Any]:
    return {
        "operationId": "analyse",
        "summary": "Analyse one scan with its clinical fields",
        "description": "The same reading, limits, queue and model as on the pages. Closing the connection cancels it.",
        "security": [{TOKEN: []}, {}],  # none where nobody signs in, or a proxy names the program's user
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _form()}}},
        "responses": {
            "200": {"description": "the result, also of a scan that its checks refuse", "content": _json(DOCUMENT)},
            **{str(status): {"description": text, "content": _json("Refusal")} for status, text in REFUSALS.items()},
        },
    }


def _token() -> dict[str, Any]:
    return {"type": "http", "scheme": "bearer", "description": "of a program, where users sign in: `adcore token make` makes it"}


def _form() -> dict[str, Any]:
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        "type": "object",
        "required": [SCAN],
        "additionalProperties": False,
        "properties": {
            SCAN: {"type": "array", "items": file, "description": "one volume, a zip archive, or every file of a DICOM series"},
            **{spec.name: _field(spec) for spec in (*FIELDS, *RECORDED_FIELDS)},
            MEASURES: {
                "type": "string",
                "description": "JSON of numbers by name: what the model reads beside these, by its card",
            },
            HEADER_CONFIRMED: {"type": "boolean", "description": "age and sex are right, though the scan's header states others"},
            SERIES: {"type": "integer", "description": "number of the series, if there are several"},
            PREVALENCE: {
                "type": "number",
                "exclusiveMinimum": 0,
                "exclusiveMaximum": 1,
                "description": "share of impaired patients at your clinic, which then leads",
            },
        },
    }


def _field(spec: FieldSpec) -> dict[str, Any]:
    if spec.choices:
        return {"type": "string", "enum": list(map(str, spec.choices)), "description": f"{spec.label}. {spec.help}"}
    kind = {"type": "integer" if spec.whole else "number", "minimum": spec.low, "maximum": spec.high}
    return {**kind, "description": f"{spec.label}{f', {spec.unit}' if spec.unit else ''}. {spec.help}"}


def _refusal() -> dict[str, Any]:
    series = {
        "type": "object",
        "properties": {
            name: {"type": kind} for name, kind in (("number", "integer"), ("description", "string"), ("problem", "string"))
        },
        "required": ["number", "description"],
    }
    return {
        "type": "object",
        "properties": {"error": {"type": "string", "description": "a sentence"}, "series": {"type": "array", "items": series}},
        "required": ["error"],
    }


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _moved(part: Any) -> Any:
    """The same with references to where OpenAPI keeps schemas."""
    if isinstance(part, list):
        return [_moved(value) for value in part]
    if not isinstance(part, dict):
        return part
    moved = {key: _moved(value) for key, value in part.items()}
    if "$ref" in moved:
        moved["$ref"] = moved["$ref"].replace("#/$defs/", "#/components/schemas/")
    return moved
