"""A worker's forking process and its children: it holds the model with one thread; a child uses all processors. Linux only."""

import os
import re
import socket
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import torch

from adcore.case.scan import Scan
from adcore.errors import AdcoreError, ModelError
from adcore.predict import Predictor, load_predictor
from adcore.prepare.stages import preload
from adcore.readers.isolation import Limits
from adcore.readers.isolation.plain import encode_error
from adcore.readers.isolation.sandbox import enter_sandbox
from adcore.readers.isolation.wire import send
from adcore.readers.isolation.zygote import confine, machine_is_full, quieten, where_it_broke
from adcore.readers.isolation.zygote import serve as serve_children
from adcore.worker.tasks import Call, run_task
from adcore.worker.wire import receive_call, send_result

NICENESS = 5
"""Added to that of the program, so that pages and the health endpoint come first."""

NO_MEMORY = re.compile("allocate memory|bad_alloc|not enough memory", re.IGNORECASE)
"""How torch and C++ libraries say that there is no memory."""

OTHER_MODEL = (
    "The model's files have changed since the program was started, so there is no result. "
    "Whoever runs the program has to start it again."
)


def serve(control_fd: int, model: str) -> None:
    """Load a model, then fork a child for each channel that arrives, until the program ends."""
    try:
        predictor = load_predictor(model or None)
        preload()
        load: Callable[[], Predictor] = lambda: predictor  # noqa: E731
    except AdcoreError as error:  # every answer then says so
        load = partial(_refuse, error)
    serve_children(control_fd, partial(_child, load))


def _refuse(error: AdcoreError) -> NoReturn:
    raise error


def _child(load: Callable[[], Predictor], channel: socket.socket, limits: Limits) -> NoReturn:
    try:
        quieten()
        os.nice(NICENESS)
        call, scans = receive_call(channel)
        torch.set_num_threads(call.threads)
        confine(limits)
        enter_sandbox()
        _answer(channel, load, call, scans)
    finally:
        os._exit(0)


def _answer(channel: socket.socket, load: Callable[[], Predictor], call: Call, scans: list[Scan]) -> None:
    try:
        predictor = load()
        if predictor.weights_sha256 != call.weights_sha256:
            raise ModelError(OTHER_MODEL)
        result = run_task(predictor, call, lambda sentence: send(channel, {"step": sentence}))
        send_result(channel, result, scans)
    except AdcoreError as error:
        send(channel, encode_error(error))
    except Exception as error:  # its text may contain what the user entered, so only the location is reported
        if isinstance(error, MemoryError) or NO_MEMORY.search(str(error)):
            send(channel, {"stopped" if machine_is_full() else "memory": True})
        else:
            send(channel, {"broke": where_it_broke(error)})
