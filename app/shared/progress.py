"""The place in the queue and the stages of a job, shown while it is done off the page thread, with a button to cancel it."""

import time
from typing import Any

import streamlit as st

from app.jobs import Job

POLL_SECONDS = 0.1


def watch(job: Job[Any], key: str) -> None:
    """Show how far the job is until it ends.

    Args:
        key: of the button that cancels it.
    """
    began = time.monotonic()
    shown = 0
    if st.button("Cancel", key=key):
        job.cancel()
    with st.status(_place(job.ahead), expanded=True) as status:
        while True:
            done = job.done
            steps = tuple(job.steps)
            for step in steps[shown:]:
                st.write(step)
            shown = len(steps)
            label = f"{steps[-1]} · {time.monotonic() - began:.0f} s" if steps else _place(job.ahead)
            status.update(label=label, expanded=True)  # also where a click on Cancel, or the end of the connection, is noticed
            if done:
                break
            time.sleep(POLL_SECONDS)


def _place(ahead: int) -> str:
    return f"Waiting: {ahead} before you" if ahead else "Starting"
