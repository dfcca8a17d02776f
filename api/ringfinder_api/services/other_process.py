"""A process of its own for questions that take long; the one that answers requests never computes them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from ringfinder_api.errors import TookTooLongError

T = TypeVar("T")


class OtherProcess:
    """Asks the other process, one question at a time; it is started with the first question.

    Parameters
    ----------
    patience
        Seconds to wait for an answer; the process works on, so that a later question is answered at once.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def ask(self, work: Callable[..., T], *asked: Any) -> T:
        """What `work` returns there.

        Raises
        ------
        TookTooLongError
            If there is no answer in time, or the process died.
        """
        try:
            return self._submitted(work, *asked).result(self._patience)
        except TimeoutError:
            raise TookTooLongError(self._patience) from None
        except BrokenProcessPool:
            self.close()
            raise TookTooLongError(self._patience) from None

    def _submitted(self, work: Callable[..., T], *asked: Any) -> Future[T]:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            return self._pool.submit(work, *asked)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None
