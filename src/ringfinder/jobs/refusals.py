"""What may be refused, each with a meaning of its own: one table in the service maps them to HTTP."""

from __future__ import annotations

from ringfinder.errors import InputError, SurroundingsError


class UnknownNameError(InputError):
    """There is no such job, upload or webhook, or it is not for the one who asks."""


class JobEndedError(InputError):
    """The job has ended already: there is nothing to cancel."""


class UploadInUseError(InputError):
    """A job that has not ended needs the upload."""


class UploadRefusedError(InputError):
    """A file is not what may be uploaded: its name, its form or its content."""


class UploadTooLargeError(InputError):
    """More bytes than are allowed."""


class AddressRefusedError(InputError):
    """A webhook's address is not allowed, or resolves to one that is not."""


class KeyReusedError(InputError):
    """An idempotency key came again with another request."""


class UnderWayError(InputError):
    """The first request with this idempotency key is still being answered.

    Parameters
    ----------
    retry_after
        Seconds after which to ask again.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__("a request with this key is under way", remedy="repeat it a little later")
        self.retry_after = retry_after


class SupersededError(SurroundingsError):
    """Another process has taken the job over; what this one does is not kept."""

    def __init__(self) -> None:
        super().__init__("another process has taken this job over", remedy="look at the job: ringfinder jobs show")
