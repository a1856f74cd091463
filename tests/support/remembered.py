"""Registration and segmentation that are done once a session for what is one head to the last bit, in whichever process."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from torch import Tensor

from adcore.prepare import placement, stages
from adcore.prepare.volume import Volume
from tests.support.once import once_a_session


@contextmanager
def remembered_heads(factory: pytest.TempPathFactory) -> Iterator[None]:
    """While it lasts, the same voxels on the same grid are registered and segmented once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placement, "register", partial(_remembered, factory, placement.register))
        patch.setattr(stages, "segment", partial(_remembered, factory, stages.segment))
        yield


def _remembered(
    factory: pytest.TempPathFactory, function: Callable[..., Any], image: Volume | Tensor, *more: Any, **options: Any
) -> Any:
    return once_a_session(factory, f"{function.__name__}-{_digest(image)}", lambda: function(image, *more, **options))


def _digest(image: Volume | Tensor) -> str:
    """Of the values to the last bit, and of the grid where the image has one of its own."""
    values, grid = (image.values, image.affine.tobytes()) if isinstance(image, Volume) else (image, b"")
    return hashlib.sha256(repr(tuple(values.shape)).encode() + grid + values.contiguous().numpy().tobytes()).hexdigest()
