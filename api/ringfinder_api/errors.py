"""What the service refuses, as errors with a meaning; `ringfinder_api.http.problems` tells how each is answered."""

from __future__ import annotations

from collections.abc import Mapping


class ServiceError(Exception):
    """Base of everything that a caller is told.

    Parameters
    ----------
    detail
        What is wrong with this request, in one sentence without personal data; never echoes what was sent.
    headers
        Headers that the answer needs.
    """

    def __init__(self, detail: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})


class NotAuthenticatedError(ServiceError):
    """There is no key, or none that is valid; which of the two is not told."""

    def __init__(self) -> None:
        super().__init__(
            "send `Authorization: Bearer KEY` with a key that is valid",
            headers={"WWW-Authenticate": 'Bearer realm="ringfinder"'},
        )


class MayNotError(ServiceError):
    """The caller is known, and the route is for other roles."""


class NotFoundError(ServiceError):
    """There is no such thing, or the caller may not see it: the two are one answer."""


class BadCursorError(ServiceError):
    """A cursor that this list did not give, or gave for another filter."""

    def __init__(self) -> None:
        super().__init__("begin again without `cursor`, or repeat the filter and the order that it was given for")


class BadRequestError(ServiceError):
    """The request contradicts itself, or lacks something that only together with others is needed."""


class PurposeMissingError(ServiceError):
    """Personal data were asked for without saying why."""

    def __init__(self) -> None:
        super().__init__("`reveal=true` needs the header `X-Purpose`: 1 to 500 characters that say why")


class BodyTooLargeError(ServiceError):
    """The body is larger than this route takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body may have {limit} bytes", headers={"Connection": "close"})


class BodyTooSlowError(ServiceError):
    """The body did not come in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the body did not come within {seconds:g} s", headers={"Connection": "close"})


class TookTooLongError(ServiceError):
    """The answer was not there in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"there was no answer within {seconds:g} s; ask for less", headers={"Retry-After": "5"})


class TooManyRequestsError(ServiceError):
    """The key made more requests than it may."""

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(f"a key may make {limit} requests a minute", headers={"Retry-After": str(seconds)})


class NotReadyError(ServiceError):
    """The service cannot answer now: the database is silent or the files of the current run are gone."""
