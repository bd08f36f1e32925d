"""The command line: ``python -m pycommunicate``."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NoReturn

import click

from .errors import ServeError
from .page.trail import traceback_text
from .programs import folder_of, load
from .reloading import Child, Parent
from .server.app.communicate import CommunicateApp
from .server.app.place import Place
from .server.app.serving import serve as serve_wsgi
from .settings import Settings

__all__ = ["main", "routes", "serve"]

_LEVELS = ("debug", "info", "warning", "error")


class _Command(click.Command):
    """A command whose help has its options in groups."""

    #: Heading and names of options, in the order in which they are shown; others come last.
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        rest = {option.name: option.get_help_record(ctx) for option in options}
        for heading, names in (*self.groups, ("Other options", tuple(str(name) for name in rest))):
            records = [record for name in names if (record := rest.pop(name, None)) is not None]
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


class _Serve(_Command):
    groups = (
        ("Where", ("host", "port", "unix", "fd", "cert", "key")),
        ("While you work on it", ("debug", "reload", "log_level")),
    )


class _Main(click.Group):
    """The commands; those of the conformance kit are imported when somebody asks for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*super().list_commands(ctx), "conformance"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        if cmd_name != "conformance":
            return super().get_command(ctx, cmd_name)
        from .conformance.commands import conformance

        return conformance


def _show_version(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted:
        python = f"{platform.python_implementation()} {platform.python_version()}"
        click.echo(f"pycommunicate {version('pycommunicate')} ({python}, gevent {version('gevent')})")
        context.exit()


@click.group(
    cls=_Main,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Example:
  python -m pycommunicate serve main.py --debug

`python -m pycommunicate COMMAND --help` tells more of each command.""",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the versions of pycommunicate, Python and gevent, and exit.",
)
def main() -> None:
    """Serve web applications made with pycommunicate, and look at them."""


@main.command(
    cls=_Serve,
    short_help="Serve an app.",
    epilog="""\b
Example:
  python -m pycommunicate serve main:app --port 8081 --debug""",
)
@click.argument("app", metavar="MODULE:ATTRIBUTE")
@click.option("--host", metavar="NAME", help="Name or address to serve on; the app's own by default.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="NUMBER",
    help="Port to serve on, 0 for any that is free; the app's own by default.",
)
@click.option("--unix", metavar="PATH", help="Serve on a unix socket instead.")
@click.option("--fd", type=click.IntRange(0), metavar="NUMBER", help="Serve on a socket that listens already instead.")
@click.option("--cert", metavar="FILE", help="Certificate in PEM format: serve https.")
@click.option("--key", metavar="FILE", help="Its private key, if the certificate's file does not have it.")
@click.option(
    "--debug",
    is_flag=True,
    help="Show what fails in the browser, with tracebacks, and start anew when a file is saved. Never in production.",
)
@click.option("--reload/--no-reload", default=True, help="With --debug: whether to start anew when a file is saved.")
@click.option(
    "--log-level",
    type=click.Choice(_LEVELS, case_sensitive=False),
    default="info",
    show_default=True,
    help="What is logged; debug also logs every request.",
)
def serve(
    app: str, debug: bool, reload: bool, log_level: str, host: str | None, port: int | None, **place: Any
) -> None:
    """Serve the app that MODULE has under the name ATTRIBUTE, as main:app.

    :ATTRIBUTE may be left out if it is :app. The module is looked for in the current directory and wherever Python
    finds modules; it may also be a file, as todo/main.py. A call of app.run() at its end is skipped.
    """
    _set_up_logging(log_level)
    child = Child.from_environment()
    if debug and reload and child is None:
        _serve_by_children(app)
    try:
        _serve(app, child, host, port, place, debug=debug)
    except ServeError as error:
        if child is None or child.first:
            _fail(str(error))
        text = f"Error: {error}\n"
        click.echo(text, err=True, nl=False)
        _show_broken(child, text, host, port, place)


@main.command(
    short_help="Show the routes of an app.",
    epilog="""\b
Example:
  python -m pycommunicate routes main:app""",
)
@click.argument("app", metavar="MODULE:ATTRIBUTE")
def routes(app: str) -> None:
    """Show the routes of an app: each with its methods, its controller and the view that it shows first.

    MODULE:ATTRIBUTE is as for serve.
    """
    try:
        for line in _table([("ROUTE", "METHODS", "CONTROLLER", "DEFAULT VIEW"), *_import(app, None).routes()]):
            click.echo(line)
    except ServeError as error:
        _fail(str(error))


def _serve(
    target: str, child: Child | None, host: str | None, port: int | None, place: dict[str, Any], *, debug: bool
) -> None:
    def broken(text: str) -> None:
        if child is not None:
            _show_broken(child, text, host, port, place)

    app = _import(target, broken)
    if debug:
        app.debug = True
    if host is not None:
        app.host = host
    if port is not None:
        app.web_port = port
    descriptor = place["fd"]
    if child is not None:
        child.hurry_by(app.finish)
        if descriptor is None and place["unix"] is None:
            descriptor = child.listen(app.host, app.web_port)
    app.run(certificate=place["cert"], private_key=place["key"], unix_socket=place["unix"], descriptor=descriptor)


def _import(target: str, broken: Callable[[str], None] | None) -> CommunicateApp:
    """Return the app, or show the traceback of its program, from its own first line on, and exit."""
    try:
        return load(target)
    except ServeError:
        raise
    except Exception as error:
        text = traceback_text(error)
        click.echo(text, err=True, nl=False)
        if broken is not None:
            broken(text)
        raise SystemExit(1) from None


def _serve_by_children(target: str) -> None:
    """Serve with reload on save, and exit when that has ended; return if there can be no such thing."""
    why = Parent.missing()
    if why:
        click.echo(f"pycommunicate: there is no reload on save: {why}", err=True)
        return
    try:
        parent = Parent(folder_of(target))
    except ServeError as error:
        _fail(str(error))
    raise SystemExit(parent.run())


def _show_broken(child: Child, text: str, host: str | None, port: int | None, place: dict[str, Any]) -> None:
    """Serve *text* in place of the program, where it was served or may be going to be."""
    from .reloading.broken import Broken  # it has what only debug has

    own_host, own_port = child.address or ("localhost", 8080)
    host, port = own_host if host is None else host, own_port if port is None else port
    descriptor = place["fd"]
    try:
        if descriptor is None and place["unix"] is None:
            descriptor = child.listen(host, port)
        there = Place(host, port, place["cert"], place["key"], place["unix"], descriptor)
        click.echo("pycommunicate: this is shown in the browser, too, until a file of the program is saved", err=True)
        serve_wsgi(Broken(text), there, Settings(stop_timeout=0.1))
    except ServeError as error:  # nobody can see it there; the terminal has it
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(1) from None


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _fail(text: str) -> NoReturn:
    click.echo(f"Error: {text}", err=True)
    raise SystemExit(2)


def _set_up_logging(level: str) -> None:
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("pycommunicate").setLevel(level.upper())
    if level != "debug":
        logging.getLogger("pycommunicate.access").setLevel(logging.WARNING)
