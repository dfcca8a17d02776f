"""Write or check docs/openapi.json, the description of the service that it gives at /v1/openapi.json.

`python docs/openapi.py --write`; with `--check` it fails when the file is stale.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.app import create_app
from ringfinder_api.config import ServiceSettings
from ringfinder_api.site import Site

PAGE = Path(__file__).resolve().parent / "openapi.json"


def page() -> str:
    """The whole description."""
    with TemporaryDirectory() as folder, Workspace.open(Settings(Path(folder) / "data")) as workspace:
        described = create_app(Site.of(workspace, ServiceSettings())).openapi()
    return json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Write the file, or compare it."""
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.stdout.write("docs/openapi.json is stale: run python docs/openapi.py --write\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
