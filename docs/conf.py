"""How Sphinx builds the documentation: Markdown pages, and reference pages made from the docstrings."""

from __future__ import annotations

import re
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from sphinx.util.nodes import make_refnode

project = "pycommunicate"
author = "pycommunicate contributors"
copyright = author
version = release = version_of("pycommunicate")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
# Warnings are errors (`make docs`), and every name in a signature or in single backticks must lead somewhere.
nitpicky = True
nitpick_ignore_regex = [
    # Other people's names. Their manuals are on the network, and a build asks nobody.
    ("py:.*", r"(collections|contextlib|logging|os|pathlib|typing|jinja2|markupsafe|werkzeug)\..*"),
    ("py:.*", r"(Any|Exception|HTTPException|LookupError|TimeoutError|TypeError|ValueError)"),
    # What a program never makes or holds by itself.
    ("py:class", r"pycommunicate\.page\..*|.*\.(ControllerUser|_Factory)"),
    # What type checkers alone know by these names.
    ("py:class", r"(.*\.)?(Handler|PlainHandler|ListenOptions|ObserveOptions|OnOptions|FieldName|_Method)"),
]
default_role = "py:obj"

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"pycommunicate {version}"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False

#: Classes that a program gets and never makes: what they are made with is nobody's business.
GIVEN = {
    "CallbackHandle",
    "Controller",
    "ElementWrapper",
    "Event",
    "EventQueue",
    "HTMLWrapper",
    "Listener",
    "Network",
    "Page",
    "RoundTrip",
    "RoundTrips",
    "Answer",
    "Element",
    "Time",
    "Visitor",
    "PropertyGroup",
    "Session",
    "Templater",
    "User",
    "UserTracker",
    "Attributes",
    "ClassList",
    "Dataset",
    "Elements",
    "JSObject",
    "MediaQuery",
    "Styles",
    "Window",
}


def hide_constructor(
    app: Any, what: str, name: str, found: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None] | None:
    """Show no parameters of the classes in `GIVEN`."""
    return ("", None) if what == "class" and name.rpartition(".")[2] in GIVEN else None


def hide_parameters(app: Any, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    """Leave out the description of what the classes in `GIVEN` are made with; runs before it is made into fields."""
    if what == "class" and name.rpartition(".")[2] in GIVEN and "Args:" in lines:
        first = lines.index("Args:")
        after = next((i for i, line in enumerate(lines) if i > first and line[:1].strip()), len(lines))
        del lines[first:after]


def link_to_files(app: Any, page: str, source: list[str]) -> None:
    """Make links to Markdown outside of this folder links to files, as they are for who reads the source."""

    def mark(found: re.Match[str]) -> str:
        target = (Path(app.srcdir, page).parent / found[1]).resolve()
        return found[0] if target.is_relative_to(app.srcdir) else f"](path:{found[1]})"

    source[0] = re.sub(r"\]\(([\w./-]+\.md)\)", mark, source[0])


def find_by_last_name(app: Any, env: Any, node: Any, content: Any) -> Any:
    """Let `View` in a docstring lead to the one thing documented whose name ends so."""
    domain = env.get_domain("py")
    last = "." + node["reftarget"]
    found = [(name, one) for name, one in domain.objects.items() if name.endswith(last) and not one.aliased]
    if node.get("refdomain") != "py" or len(found) != 1:
        return None
    (name, one), *_ = found
    return make_refnode(app.builder, node["refdoc"], one.docname, one.node_id, content, name)


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-signature", hide_constructor)
    app.connect("autodoc-process-docstring", hide_parameters, priority=100)
    app.connect("missing-reference", find_by_last_name)
    app.connect("source-read", link_to_files)
