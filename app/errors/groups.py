"""The worst subgroups, found by search on a button's press; one of them can be chosen as a filter."""

import pandas as pd
import streamlit as st

from adcore.evaluation.cases.attributes import attributes
from adcore.evaluation.cases.classified import Classified, Kind
from adcore.statistics.worst_groups import LEAST_MEMBERS, SHUFFLES, FoundGroup, Search, worst_groups
from adcore.words import percent
from app.state.explorer import Explorer
from app.state.keys import GROUP_KEY, SEARCH_KEY

EVERYONE = "everyone"


def show_groups(classified: Classified, explorer: Explorer) -> None:
    """Show the search for subgroups with more errors, and let one be chosen.

    Args:
        classified: all cases, with no filter applied.
    """
    with st.expander("Where it fails most: search for subgroups", expanded=explorer.searched is not None):
        st.caption(
            "Age, sex, site, MMSE, distance from the training set, smoothness and noise, as far as they are known, and every "
            f"pair of them, against participants with the same label elsewhere; groups of {LEAST_MEMBERS} people at least."
        )
        st.button("Search", key=SEARCH_KEY, on_click=_search, args=(classified, explorer))
        if explorer.searched is None or explorer.searched[0] is not classified:
            return
        search = explorer.searched[1]
        st.markdown(_in_words(search))
        if not search.groups:
            return
        st.table(pd.DataFrame([_row(group) for group in search.groups]).set_index("Subgroup"))
        names = {_name(group): group for group in search.groups}
        subjects = classified.table["subject"].to_numpy()

        def take() -> None:
            group = names.get(st.session_state[GROUP_KEY])
            explorer.group = None if group is None else _name(group)
            explorer.among = None if group is None else frozenset(subjects[list(group.participants)])

        st.session_state[GROUP_KEY] = explorer.group if explorer.group in names else EVERYONE
        st.selectbox("Show only the participants of", [EVERYONE, *names], key=GROUP_KEY, on_change=take)


def _search(classified: Classified, explorer: Explorer) -> None:
    known = classified.table["label"].notna() & classified.table["chance"].notna()
    table = classified.table[known]
    search = worst_groups(attributes(table), table[Kind.WRONG.value].to_numpy(), (table["label"] == 1).to_numpy())
    places = known.to_numpy().nonzero()[0]
    groups = tuple(
        FoundGroup(group.values, tuple(int(places[row]) for row in group.participants), group.wrong, group.expected, group.p)
        for group in search.groups
    )
    explorer.searched = (classified, Search(groups, search.looked_at))
    explorer.group = explorer.among = None


def _in_words(search: Search) -> str:
    if not search.looked_at:
        return "Nothing is known of these participants by which they could be grouped."
    told = f"{search.looked_at} subgroups were looked at. "
    if not search.groups:
        return told + "None has more errors than participants with the same labels elsewhere."
    least = min(group.p for group in search.groups)
    if least >= 0.05:
        return told + (
            f"None stands out from chance: among so many, one as bad as the worst here turns up in {percent(least)} of "
            f"{SHUFFLES} shuffles of the errors."
        )
    return (
        told + f"p counts the whole search: how often the worst of all subgroups is as bad in {SHUFFLES} shuffles of the errors."
    )


def _name(group: FoundGroup) -> str:
    return ", ".join(f"{name} {value}" if name != "sex" else value for name, value in group.values.items())


def _row(group: FoundGroup) -> dict[str, str]:
    wrong = group.wrong
    return {
        "Subgroup": _name(group),
        "Participants": str(len(group.participants)),
        "Misclassified": f"{percent(wrong.value)} ({100 * wrong.low:.0f} to {percent(wrong.high)})",
        "Same labels overall": percent(group.expected),
        "p": f"{group.p:.3f}",
    }
