"""So many requests a minute for each key, counted in this process."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ringfinder_api.errors import TooManyRequestsError


class RateLimit:
    """Counts requests by key.

    Parameters
    ----------
    per_minute
        Requests that a key may make in any minute.
    """

    def __init__(self, per_minute: int) -> None:
        self._most = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, key: str) -> None:
        """Count a request of a key.

        Raises
        ------
        TooManyRequestsError
            If it made too many, with the seconds until it may make another.
        """
        if not self._limiter.hit(self._most, key):
            again = self._limiter.get_window_stats(self._most, key).reset_time - time.time()
            raise TooManyRequestsError(self._most.amount, max(math.ceil(again), 1))
