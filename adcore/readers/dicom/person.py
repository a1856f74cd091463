"""Whether images are of one person, whatever character set and form their headers use. Nothing here is ever shown."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from adcore.readers.dicom.element import attempt, text_of

MIN_LETTERS = 3
"""Letters and digits of a name without its accented ones, from which it can stand for the whole name."""


@dataclass(frozen=True)
class Person:
    """What identifies a patient in one image; empty where it is absent.

    Attributes:
        name: the first component group (PS3.5, 6.2.1.2), decoded, in lower case, with spaces between components.
        identifier: in lower case.
        birth_date: eight digits, or the text where it has another form.
    """

    name: str = field(repr=False)
    identifier: str = field(repr=False)
    birth_date: str = field(repr=False)


def person_of(data: Dataset) -> Person:
    """The patient of one image; `data` contains Specific Character Set where the file does."""
    attempt(data.decode)
    groups = [_folded(group) for group in text_of(data, "PatientName").split("=")]
    date = text_of(data, "PatientBirthDate")
    return Person(
        name=next((group for group in groups if group), ""),
        identifier=unicodedata.normalize("NFC", text_of(data, "PatientID")).casefold(),
        birth_date=eight_digits(date) or date,
    )


def eight_digits(date: str) -> str:
    """A date as PS3.5 has it, also where it is written with dots, dashes or slashes; empty where it has another form."""
    digits = re.sub(r"[.\-/ ]", "", date)
    return digits if re.fullmatch(r"\d{8}", digits) else ""


def one_person(persons: Iterable[Person]) -> bool:
    """Whether these can be one person. A missing attribute matches any value.

    Names that differ only in letters outside of ASCII are the same where identifier and birth date are there and agree: some
    files do not state their character set. Identifiers that differ only in zeros in front are the same where name and birth date
    are there and agree: some archives fill them up.
    """
    persons = set(persons)
    identifiers, dates = {person.identifier for person in persons}, {person.birth_date for person in persons}
    names = {person.name for person in persons if person.name}
    if len(identifiers - {""}) > 1 and len(names) == 1 and all(person.name and person.birth_date for person in persons):
        identifiers = {identifier.lstrip("0") or identifier[:1] for identifier in identifiers}
    if len(identifiers - {""}) > 1 or len(dates - {""}) > 1:
        return False
    if len(names) > 1 and identifiers.isdisjoint({""}) and dates.isdisjoint({""}):
        plain = {re.sub(r"[^\x00-\x7f]", "", name) for name in names}
        return len(plain) == 1 and len(re.sub(r"\W", "", plain.pop())) >= MIN_LETTERS and any(not n.isascii() for n in names)
    return len(names) <= 1


def _folded(group: str) -> str:
    """A component group in one form: components and words are separated by one space."""
    return " ".join(re.split(r"[\s^]+", unicodedata.normalize("NFC", group))).strip().casefold()
