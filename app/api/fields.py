"""What a program sends: the scan's files and the clinical fields as a multipart form, read under limits and into memory alone."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import streamlit as st
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from adcore.case.clinical import FIELDS, RECORDED_FIELDS, ClinicalRecord
from adcore.errors import AdcoreError, ClinicalRecordError
from app.shared.numbers import number_in

SCAN, SERIES, HEADER_CONFIRMED, PREVALENCE = "scan", "series", "header_confirmed", "prevalence"
MEASURES = "measures"
CLINICAL = {spec.name: spec for spec in (*FIELDS, *RECORDED_FIELDS)}
KNOWN = (SCAN, SERIES, *CLINICAL, MEASURES, HEADER_CONFIRMED, PREVALENCE)

MOST_FILES = 2000
"""Files of one request: a DICOM series has some hundred."""

BESIDE_SCAN = 1 << 20
"""Bytes of a request that are no scan: fields, and what separates the files."""


class TooLargeError(AdcoreError):
    """The request is larger than what the pages take, too."""


class FormError(AdcoreError):
    """The request is no form as expected."""


@dataclass(frozen=True)
class Asked:
    """What a program asks.

    Attributes:
        files: name and content of each.
        series: number of the series, if there are several.
        prevalence: the clinic's, which then leads; None: as this server is set.
    """

    files: tuple[tuple[str, bytes], ...]
    record: ClinicalRecord
    series: int | None
    prevalence: float | None


async def read_form(request: Request) -> Asked:
    """Read a request.

    Raises:
        TooLargeError, FormError, ClinicalRecordError: as a sentence for whoever sent it.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise FormError("Expected a form with files: multipart/form-data, as `curl --form scan=@FILE` sends it.")
    try:
        form = await MultiPartParser(request.headers, _limited(request), max_files=MOST_FILES, max_fields=len(KNOWN)).parse()
    except MultiPartException as error:
        raise FormError(f"Expected a form of the scan's files and the fields once each. {error.message}") from error
    try:
        return _asked(form, tuple([(file.filename or "", await file.read()) for file in _files(form)]))
    finally:
        await form.close()


def most_megabytes() -> int:
    """The most that a request's files may have together, as on the pages."""
    return int(st.get_option("server.maxUploadSize"))


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, up to the limit, whatever its length is said to be."""
    left = (most_megabytes() << 20) + BESIDE_SCAN
    async for chunk in request.stream():
        left -= len(chunk)
        if left < 0:
            raise TooLargeError(
                f"Expected {most_megabytes()} MB at most. Compress the scan (.nii.gz, or a zip of the DICOM series)."
            )
        yield chunk


def _files(form: FormData) -> list[UploadFile]:
    return [value for name, value in form.multi_items() if name == SCAN and isinstance(value, UploadFile)]


def _asked(form: FormData, files: tuple[tuple[str, bytes], ...]) -> Asked:
    sent = [name for name, value in form.multi_items() if not (name == SCAN and isinstance(value, UploadFile))]
    values = {name: value for name, value in form.multi_items() if isinstance(value, str) and value.strip()}
    if not files:
        raise FormError(f'Expected the scan as one or more files under the name "{SCAN}".')
    if any(name in ("cdr", "CDR") for name in sent):
        raise ClinicalRecordError("CDR is what the model predicts, so it cannot be an input. Leave it out.")
    if len(sent) != len(set(sent)) or not set(sent) <= set(KNOWN) - {SCAN}:
        raise FormError(f"Expected the fields {', '.join(KNOWN[1:])}, once each, got another one or one twice.")
    fields = {
        name: values[name] if spec.choices else number_in(values[name]) for name, spec in CLINICAL.items() if name in values
    }
    confirmed = values.get(HEADER_CONFIRMED, "false").lower()
    if confirmed not in ("true", "false"):
        raise FormError(f'Expected {HEADER_CONFIRMED} to be "true" or "false".')
    series, prevalence = (number_in(values.get(name)) for name in (SERIES, PREVALENCE))
    if isinstance(series, str) or (series is not None and not series.is_integer()):
        raise FormError(f"Expected {SERIES} to be a whole number.")
    if isinstance(prevalence, str) or (prevalence is not None and not 0 < prevalence < 1):
        raise FormError(f"Expected {PREVALENCE} to be a share above 0 and below 1, such as 0.2.")
    record = ClinicalRecord.of(**fields, measures=_measures(values.get(MEASURES, "{}")), header_confirmed=confirmed == "true")
    return Asked(files, record, None if series is None else int(series), prevalence)


def _measures(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise FormError(f'Expected {MEASURES} to be JSON, such as {{"csf_abeta42": 512}}.') from error
