"""The errors a user may meet, each with the exit code of its family.

Exit codes: 0 done, 1 ours (a bug), 2 the input or the command, 3 the surroundings (disk, server,
permission), 130 interrupted.
"""

from __future__ import annotations


class RingfinderError(Exception):
    """Base of every error that is told to the user in one sentence instead of a traceback.

    Parameters
    ----------
    message
        What is wrong and where (file, line, column), without personal data.
    remedy
        What the user can do about it; printed on a line of its own.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class InputError(RingfinderError):
    """The input or the command is wrong; nothing was changed."""

    exit_code = 2


class SurroundingsError(RingfinderError):
    """Disk, server, permission or another process is in the way; nothing was lost."""

    exit_code = 3
