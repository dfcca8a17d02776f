"""Start a command from a small process, so that its peak memory is its own.

A process takes over the peak of the one that it was forked from; this one is small. Writes the peak
of the command's largest process (KiB) to a file descriptor.

python -S -E launch.py FD COMMAND [ARGUMENT ...]
"""

import os
import signal
import sys


def main() -> int:
    """Run the command in a session of its own; SIGTERM ends that whole session."""
    out, arguments = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(out, False)  # noqa: FBT003 - it takes no name
    child = os.fork()
    if child == 0:
        os.setsid()
        os.execvp(arguments[0], arguments)  # noqa: S606 - no shell is wanted
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(child, signal.SIGKILL))
    _, status, usage = os.wait4(child, 0)
    os.write(out, str(usage.ru_maxrss).encode())
    return abs(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    sys.exit(main())
