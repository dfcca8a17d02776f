"""Run one baseline in a process of its own, so that its time and memory can be measured and stopped."""

from __future__ import annotations

import sys
from pathlib import Path

from ringfinder.errors import InputError
from ringfinder.evaluate.baselines import BASELINES, read_holders
from ringfinder.evaluate.baselines.groups import write_groups


def main(arguments: list[str]) -> int:
    """Read the folder, find groups, write them in the form of a run's output."""
    if len(arguments) != 3 or arguments[0] not in BASELINES:  # noqa: PLR2004 - name, folder, out
        sys.stderr.write(f"usage: python -m ringfinder.evaluate.baselines {{{'|'.join(BASELINES)}}} FOLDER OUT\n")
        return InputError.exit_code
    try:
        holders = read_holders(Path(arguments[1]))
    except InputError as error:
        sys.stderr.write(f"error: {error.message}\n{error.remedy}\n")
        return error.exit_code
    write_groups(BASELINES[arguments[0]](holders), holders, Path(arguments[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
