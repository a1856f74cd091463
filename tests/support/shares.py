"""How two processes share the tests: a file at a time, long ones first, and all that drive a browser as one."""

import pytest
from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser"


def long_files_first(items: list[pytest.Item]) -> None:
    """Sort in place: the browser's files, those with slow tests, the others. At the end no process waits for a long one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.nodeid.startswith(BROWSER), item.path not in slow))


class Shares(LoadFileScheduling):
    """Files, of which those of the browser go to one process: they share a server, a browser and an answer."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)
