"""Numbers with decimal commas, which programs write that follow the computer's language; DICOM allows points only."""

import re

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

DECIMALS = (
    *("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept"),
    *("RepetitionTime", "EchoTime", "InversionTime"),
)
NUMBER = rb"\s*[+-]?\d+(,\d+)?([eE][+-]?\d+)?\s*\0?"
NUMBERS = re.compile(rb"%s(\\%s)*" % (NUMBER, NUMBER))
"""One or several numbers, none of them with a point: beside one, a comma would separate thousands."""


def put_points(data: Dataset) -> bool:
    """Write points for the decimal commas of a data set, in place; values stay apart, because backslashes separate them.

    Returns:
        whether there were any.
    """
    found = False
    for tag in filter(None, map(tag_for_keyword, DECIMALS)):
        element = data.get_item(tag) if tag in data else None
        if isinstance(element, RawDataElement) and b"," in (element.value or b"") and NUMBERS.fullmatch(element.value or b""):
            data[tag] = element._replace(value=(element.value or b"").replace(b",", b"."))
            found = True
    return found
