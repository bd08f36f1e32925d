"""The command line: ``python -m pycommunicate conformance``."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["client", "conformance", "server"]


@click.group(short_help="Check a client or a server that is written from the protocol.")
def conformance() -> None:
    """Put a client or a server, written from the spec, through its rules."""


@conformance.command(
    short_help="Check a client.",
    epilog="""\b
Example:
  python -m pycommunicate conformance client --run "./my-client {url}\"""",
)
@click.option(
    "--listen",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="Port of 127.0.0.1 to serve on; any that is free by default.",
)
@click.option("--run", "command", metavar="COMMAND", help="Start this for each section, {url} being its document.")
@click.option("--section", "sections", multiple=True, metavar="NAME", help="Only this section; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else.")
@click.option("--slow", is_flag=True, help="Also what takes half a minute.")
@click.option(
    "--vectors",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Also go through the ops vectors in this folder, as protocol/v1/vectors/ops.",
)
def client(
    listen: int, command: str | None, sections: tuple[str, ...], as_json: bool, slow: bool, vectors: Path | None
) -> None:
    """Check a client against protocol/v1/spec.md, on a server that says what it is told to.

    Without --run, open the address that is printed in the browser, or with the client, to be checked.
    The exit code is 0 if nothing failed.
    """
    from .client.run import main

    if command is not None and "{url}" not in command:
        raise click.BadParameter("expected {url} in the command, where the address shall stand", param_hint="--run")
    try:
        code = main(listen, command, sections, as_json=as_json, slow=slow, vectors=vectors, tell=click.echo)
    except (ValueError, OSError) as error:
        raise click.UsageError(str(error)) from None
    raise SystemExit(code)


@conformance.command(
    short_help="Check a server.",
    epilog="""\b
Example:
  python -m pycommunicate conformance server http://127.0.0.1:8080/""",
)
@click.argument("url")
@click.option("--section", "sections", multiple=True, metavar="NAME", help="Only this section; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else.")
@click.option("--slow", is_flag=True, help="Also what takes a minute.")
def server(url: str, sections: tuple[str, ...], as_json: bool, slow: bool) -> None:
    """Check the server at URL, which serves the app of protocol/conformance.md, against protocol/v1/spec.md.

    The exit code is 0 if nothing failed and a level was reached.
    """
    from .server.run import main

    try:
        code = main(url, sections, as_json=as_json, slow=slow, tell=click.echo)
    except (ValueError, AssertionError) as error:
        raise click.UsageError(str(error)) from None
    raise SystemExit(code)
