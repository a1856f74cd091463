"""What Python runs first in a process that has this folder in PYTHONPATH: it says whatever is asked of another machine."""

import sys
from typing import Any

HERE = ("::1", "localhost", "0.0.0.0", "::")


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        asked = args[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        asked = args
    else:
        return
    if isinstance(asked, tuple) and asked[0] and str(asked[0]) not in HERE and not str(asked[0]).startswith("127."):
        print("asks outside:", event, asked[0], file=sys.stderr, flush=True)


sys.addaudithook(_watch)
