"""The stages of a job, shown while it runs off the page thread."""

import time
from typing import Any

import streamlit as st

from app.runtime import Job

POLL_SECONDS = 0.1


def watch(job: Job[Any]) -> None:
    """Show the stages until the job ends."""
    began = time.monotonic()
    shown = 0
    with st.status("Waiting for earlier analyses to finish", expanded=True) as status:
        while True:
            done = job.done
            steps = tuple(job.steps)
            for step in steps[shown:]:
                st.write(step)
            shown = len(steps)
            if steps:
                status.update(label=f"{steps[-1]} · {time.monotonic() - began:.0f} s", expanded=True)
            if done:
                break
            time.sleep(POLL_SECONDS)
