"""Whether a contrast agent was given, by the header. Its text is free and never shown; known agents are named from a list."""

import re

NONE = re.compile(r"(no|none|non|nil|n|without|no contrast|none given|n/?a|0+|-+|false)", re.IGNORECASE)
"""How headers write that no agent was given."""

AGENTS = {
    "gadobutrol": r"gadobutrol|gadovist|gadavist",
    "gadoterate": r"gadoterate|gadoteric|dotarem|clariscan",
    "gadoteridol": r"gadoteridol|prohance",
    "gadobenate": r"gadobenate|multihance",
    "gadopentetate": r"gadopentetate|magnevist",
    "gadodiamide": r"gadodiamide|omniscan",
    "gadopiclenol": r"gadopiclenol|elucirem|vueway",
    "gadolinium": r"gado|gd\b|gd[-_ .]|gad\b",
}
"""By name, what the text of a header contains; trade names of extracellular agents in use."""


def contrast_agent(text: str) -> str | None:
    """The agent in words; None where none was given.

    Args:
        text: Contrast/Bolus Agent (0018,0010).
    """
    stated = text.strip(" .()")
    if not stated or NONE.fullmatch(stated):
        return None
    return next((name for name, pattern in AGENTS.items() if re.search(pattern, stated, re.IGNORECASE)), "of unlisted name")
