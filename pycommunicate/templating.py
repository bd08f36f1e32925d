"""Jinja2 templates of an app, and the script tag that makes a page live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from .errors import TemplateMissing

__all__ = ["Markup", "Templater", "escaped", "make_environment"]


def make_environment(folders: Sequence[Path]) -> jinja2.Environment:
    """Return the Jinja2 environment of an app, looking for templates in *folders* in turn.

    Every template is escaped, whatever its name ends with; ``Markup`` and ``|safe`` turn that off where it is meant.
    """
    loader = jinja2.FileSystemLoader([str(folder) for folder in folders])
    return jinja2.Environment(loader=loader, autoescape=True)


def escaped(value: object) -> str:
    """Return the HTML that shows *value*: Markup as it is, anything else as text."""
    return str(escape(value))


class Templater:
    """Renders templates for one page; found as ``controller.templater``.

    Args:
        environment: The app's Jinja2 environment.
        includes: Makes the script tag and marks the page live.
    """

    def __init__(self, environment: jinja2.Environment, includes: Callable[[], Markup]) -> None:
        self._environment = environment
        self._includes = includes

    def render(self, name: str, /, **context: Any) -> str:
        """Return the template *name* rendered with *context*.

        Inside a template ``{{ add_includes() }}`` stands for the script tag, best placed in ``<head>``.

        Args:
            name: Path of the template below the template directory.
            context: What the template's names stand for.

        Raises:
            TemplateMissing: if there is no such template, or one that it includes or extends is missing.
        """
        try:
            template = self._environment.get_template(name)
            return template.render({**context, "add_includes": self._includes})
        except jinja2.TemplateNotFound as error:
            loader = self._environment.loader
            folders = loader.searchpath if isinstance(loader, jinja2.FileSystemLoader) else []
            raise TemplateMissing(
                f"expected a template {error.name!r}, found none in {' or '.join(folders) or 'any folder'}"
            ) from None

    def add_includes(self) -> str:
        """Return the script tag that connects the page, and mark the page as live.

        For pages that are made without a template; in a template write ``{{ add_includes() }}``.
        """
        # Plain text: added to a text, Markup would escape that.
        return str(self._includes())
