"""Concepts that no public coding scheme contains, in a private one that each object declares."""

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import CodedConcept

from adcore.predict import Category

SCHEME = "99ADCORE"
DECLARED = (CodingSchemeIdentificationItem(SCHEME, name="adcore private codes", responsible_organization="adcore"),)


def concept(value: str, meaning: str) -> CodedConcept:
    """A concept of the private scheme; its value has at most 16 characters."""
    return CodedConcept(value, SCHEME, meaning)


LOG_ODDS_SALIENCY = concept("cam-logodds", "Saliency for impairment in log-odds")
IMPAIRMENT = concept("impairment", "Impairment (CDR above 0)")
CATEGORY = concept("category", "Verbal answer")
CATEGORIES = {
    Category.UNIMPAIRED: concept("unimpaired", "Likely unimpaired"),
    Category.IMPAIRED: concept("impaired", "Likely impaired"),
    Category.INCONCLUSIVE: concept("inconclusive", "Inconclusive"),
}
PROBABILITY = concept("p-impaired", "Probability of impairment")
INTERVAL_LOW = concept("p-low", "Lower end of the 90% interval of the probability")
INTERVAL_HIGH = concept("p-high", "Upper end of the 90% interval of the probability")
SHARE = concept("icv-share", "Share of the intracranial volume")
