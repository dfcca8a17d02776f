"""`ringfinder serve`: the service for investigators, over HTTP."""

from __future__ import annotations

import ipaddress
from contextlib import closing
from pathlib import Path

import click

from ringfinder.cli.options import language_option, open_workspace, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.errors import InputError

_EXTRA = ("fastapi", "uvicorn", "pydantic", "starlette", "structlog", "limits", "prometheus_client", "xlsxwriter")


@click.command("serve")
@workspace_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any that is free.")
@click.option("--config", type=click.Path(path_type=Path), help="TOML file with settings of the service.")
@click.option(
    "--behind-tls", is_flag=True, help="Something before the service ends TLS: allow hosts other than this one."
)
@language_option
def command(workspace: Path | None, host: str, port: int, config: Path | None, say: Say, *, behind_tls: bool) -> None:
    """Serve the workspace to investigators until stopped (Ctrl+C, SIGTERM); running requests are finished.

    It maps the files of the current run and computes nothing at start. Callers need a key.
    """
    if not (behind_tls or _is_loopback(host)):
        raise InputError(
            f"on {host} keys would travel in clear",
            remedy="keep to 127.0.0.1, or end TLS before it and say so with --behind-tls",
        )
    try:
        from ringfinder_api.config import read_settings  # noqa: PLC0415 - an extra
        from ringfinder_api.server import serve  # noqa: PLC0415 - an extra
        from ringfinder_api.site import Site  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise InputError(f"the service needs {error.name}", remedy="pip install 'ringfinder[api]'") from None
    settings = read_settings(config)
    with open_workspace(workspace) as store, closing(Site.of(store, settings)) as site:
        serve(
            site,
            host,
            port,
            lambda address: click.echo(
                say(f"服务已就绪：{address}（Ctrl+C 停止）", f"serving {address} (Ctrl+C stops)")
            ),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
