"""How long the review takes to show a scan over a slow line: the real dashboard behind a relay of so many bits a second.

Run it as `python -m tests.support.slow_line --mbit 4`. A browser that was never there opens a demo patient by its address; then
the same browser, which holds the scripts by now, opens another. The server is warm: others have opened both before.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, free_port, new_context
from tests.support.load import real_app

CHUNK = 4096
"""Bytes that are passed on at once: eight milliseconds of the line."""

PATIENTS = ("typical-ageing", "marked-atrophy")


class Line:
    """One direction of the line, which all connections share; counts what it carried."""

    def __init__(self, bytes_a_second: float):
        self._rate = bytes_a_second
        self._free = 0.0
        self.carried = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes until it ends, no faster than the line."""
        try:
            while content := await reader.read(CHUNK):
                now = time.monotonic()
                self._free = max(now, self._free) + len(content) / self._rate
                self.carried += len(content)
                await asyncio.sleep(self._free - now)
                writer.write(content)
                await writer.drain()
        except OSError:
            pass  # one side has gone
        finally:
            writer.close()


def main() -> None:
    """Print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mbit", type=float, default=4.0)
    options = parser.parse_args()
    os.environ["ADCORE_DEMO_ANSWERS"] = "off"  # they would be made meanwhile
    with real_app() as (address, _), relay(address, options.mbit) as (slow, down), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with new_context(browser, address) as context:
            for patient in PATIENTS:
                seconds(context, patient)
        with new_context(browser, slow) as context:
            for patient, which in zip(
                PATIENTS, ("a browser that was never there", "the same browser, another patient"), strict=True
            ):
                before = down.carried
                first, whole = seconds(context, patient)
                print(f"| {which} | {first:.1f} s | {whole:.1f} s | {(down.carried - before) / 1e6:.1f} MB |")


def seconds(context: BrowserContext, patient: str) -> tuple[float, float]:
    """From the address to the first picture, and to the whole scan."""
    page, began = context.new_page(), time.monotonic()
    page.goto(f"/review?case={patient}", wait_until="commit")
    waiting = page.locator(".viewer .waiting")
    waiting.wait_for(state="attached")
    waiting.wait_for(state="hidden")
    first = time.monotonic() - began
    page.locator(".viewer[data-ready]").wait_for()
    whole = time.monotonic() - began
    page.close()
    return first, whole


@contextmanager
def relay(address: str, mbit: float) -> Iterator[tuple[str, Line]]:
    """A slow way to an address: its own address, and the line towards the browser."""
    host, port = address.removeprefix("http://").split(":")
    own, loop = free_port(), asyncio.new_event_loop()
    up, down = Line(mbit * 1e6 / 8), Line(mbit * 1e6 / 8)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(up.carry(reader, back), down.carry(there, writer))

    async def serve() -> None:
        async with await asyncio.start_server(connected, host, own) as server:
            await server.serve_forever()

    Thread(target=loop.run_until_complete, args=(serve(),), daemon=True).start()
    yield f"http://{host}:{own}", down


if __name__ == "__main__":
    main()
