"""Whether a scan is an adult's by its header: atlas, norms and networks know no other brain. Refused before it is registered."""

from adcore.case.stated import StatedPatient, minor_sentence
from adcore.errors import PreparationError


def require_adult(stated: StatedPatient) -> None:
    """Refuse the scan of a child.

    Raises:
        PreparationError: the header states an age under 18 years.
    """
    sentence = minor_sentence(stated)
    if sentence is not None:
        raise PreparationError(sentence)
