"""Being told to stop. The web server then waits for the requests in flight, and an event stream would be in flight for ever.

The application hears of it only when all of them have ended, so whoever holds a stream open is told by the signal itself.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def told_to_stop(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` when the process is told to stop, then go on as before. It runs between two instructions: let it set a flag."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    # What is not a function ends the process at once or hears nothing, and there is nobody to tell.
    before = {number: go_on for number in SIGNALS if callable(go_on := signal.getsignal(number))}

    def hear(number: int, frame: FrameType | None) -> None:
        tell()
        before[signal.Signals(number)](number, frame)

    for number in before:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, go_on in before.items():
            signal.signal(number, go_on)
