"""The command line: ``python -m pycommunicate``."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import NoReturn

import click

from .errors import ServeError
from .server.app.communicate import CommunicateApp
from .server.app.serving import importing

__all__ = ["main", "serve"]

_LEVELS = ("debug", "info", "warning", "error")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Serve pycommunicate apps."""


@main.command()
@click.argument("app", metavar="MODULE:ATTRIBUTE")
@click.option("--host", help="Name or address to serve on; the app's own by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on, 0 for any; the app's own by default.")
@click.option("--debug", is_flag=True, help="Show tracebacks of render() in the browser. Never in production.")
@click.option(
    "--log-level",
    type=click.Choice(_LEVELS, case_sensitive=False),
    default="info",
    show_default=True,
    help="What is logged; debug also logs every request.",
)
def serve(app: str, host: str | None, port: int | None, debug: bool, log_level: str) -> None:
    """Serve the app that MODULE has under the name ATTRIBUTE, as main:app.

    The module is looked for in the current directory and wherever Python finds modules; it may also be a file, as
    todo/main.py:app. A call of app.run() at its end is skipped.
    """
    _set_up_logging(log_level)
    served = _load(app)
    if debug:
        served.debug = True
    if host is not None:
        served.host = host
    if port is not None:
        served.web_port = port
    try:
        served.run()
    except ServeError as error:
        _fail(str(error))


def _load(target: str) -> CommunicateApp:
    module_name, colon, attribute = target.partition(":")
    is_file = module_name.endswith(".py")
    if not module_name or (colon and not attribute) or (module_name.startswith(".") and not is_file):
        _fail(f"expected MODULE:ATTRIBUTE, as main:app, got {target!r}")
    folder = Path.cwd()
    if is_file:
        file = Path(module_name)
        if not file.is_file():
            _fail(f"found no file {module_name!r} in {Path.cwd()}")
        folder, module_name = file.resolve().parent, file.stem
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    attribute = attribute or "app"
    try:
        with importing():
            module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise  # the module is there; one that it imports is not
        _fail(f"found no module {error.name!r} in {folder} or on Python's path")
    value = module
    for name in attribute.split("."):
        if not hasattr(value, name):
            _fail(f"module {module_name!r} has no attribute {attribute!r}")
        value = getattr(value, name)
    if not isinstance(value, CommunicateApp):
        _fail(f"expected {target!r} to be a CommunicateApp, got {type(value).__name__} {value!r:.80}")
    return value


def _fail(text: str) -> NoReturn:
    click.echo(f"Error: {text}", err=True)
    raise SystemExit(2)


def _set_up_logging(level: str) -> None:
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("pycommunicate").setLevel(level.upper())
    if level != "debug":
        logging.getLogger("pycommunicate.access").setLevel(logging.WARNING)
