"""A training that is interrupted between its checkpoints."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def interrupted_after_one_checkpoint() -> Iterator[None]:
    """Interrupts the training inside where its second checkpoint would be written, and expects it to stop there."""
    calls = iter((None, KeyboardInterrupt))

    def interrupt_at_the_second(*_: object) -> None:
        error = next(calls)
        if error is not None:
            raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.training.loop.logger.info", interrupt_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            yield
