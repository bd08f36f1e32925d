"""Templates: escaped whatever they are called, found where they should be, and missed by name."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from pycommunicate import CommunicateApp
from pycommunicate.errors import ConfigurationError, TemplateMissing
from pycommunicate.server.app import communicate
from pycommunicate.templating import Templater, make_environment
from tests.support.site import Visitor, factory
from tests.support.site import background_ends as background_ends

INCLUDES = Markup('<script src="x"></script>')


@pytest.fixture
def templater(tmp_path: Path) -> Templater:
    return Templater(make_environment([tmp_path / "first", tmp_path / "second"]), lambda: INCLUDES)


def lay(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["page.html", "page.txt", "page", "page.html.j2", "deep/er/page.xml"])
def test_every_template_is_escaped_whatever_its_name_ends_with(templater: Templater, tmp_path: Path, name: str) -> None:
    lay(tmp_path / "first", name, "{{ text }} {{ text|safe }} {{ markup }}")
    rendered = templater.render(name, text="<a&\"'>", markup=Markup("<b>"))
    assert rendered == "&lt;a&amp;&#34;&#39;&gt; <a&\"'> <b>"


def test_script_tag_is_not_escaped_and_can_be_had_without_a_template(templater: Templater, tmp_path: Path) -> None:
    lay(tmp_path / "first", "page.html", "<head>{{ add_includes() }}</head>")
    assert templater.render("page.html") == f"<head>{INCLUDES}</head>"
    assert templater.add_includes() == INCLUDES


def test_script_tag_can_be_asked_for_in_a_base_a_macro_and_an_include(templater: Templater, tmp_path: Path) -> None:
    lay(tmp_path / "first", "base.html", "{{ add_includes() }}{% block body %}{% endblock %}")
    lay(
        tmp_path / "first",
        "page.html",
        '{% extends "base.html" %}{% block body %}{% include "part.html" %}{% endblock %}',
    )
    lay(tmp_path / "first", "part.html", "{{ add_includes() }}{{ x }}")
    assert templater.render("page.html", x=1) == f"{INCLUDES}{INCLUDES}1"


@pytest.mark.parametrize("name", ["name", "self", "context", "template", "environment"])
def test_context_may_use_any_name(templater: Templater, tmp_path: Path, name: str) -> None:
    lay(tmp_path / "first", "page.html", f"{{{{ {name} }}}}")
    if name == "self":  # Jinja2 has this one for itself
        assert "value" not in templater.render("page.html", **{name: "value"})
    else:
        assert templater.render("page.html", **{name: "value"}) == "value"


def test_context_does_not_hide_the_script_tag(templater: Templater, tmp_path: Path) -> None:
    lay(tmp_path / "first", "page.html", "{{ add_includes() }}")
    assert templater.render("page.html", add_includes="mine") == INCLUDES


def test_folders_are_searched_in_turn(templater: Templater, tmp_path: Path) -> None:
    lay(tmp_path / "first", "page.html", "first")
    lay(tmp_path / "second", "page.html", "second")
    lay(tmp_path / "second", "other.html", "second")
    assert [templater.render(name) for name in ("page.html", "other.html")] == ["first", "second"]


def test_missing_template_names_itself_and_the_folders(templater: Templater, tmp_path: Path) -> None:
    with pytest.raises(TemplateMissing) as caught:
        templater.render("page.html")
    first, second = tmp_path / "first", tmp_path / "second"
    assert str(caught.value) == f"expected a template 'page.html', found none in {first} or {second}"
    assert isinstance(caught.value, LookupError)
    assert isinstance(caught.value, ConfigurationError)


@pytest.mark.parametrize("statement", ['{% include "other.html" %}', '{% extends "other.html" %}'])
def test_template_that_another_one_needs_is_named(templater: Templater, tmp_path: Path, statement: str) -> None:
    lay(tmp_path / "first", "page.html", statement)
    with pytest.raises(TemplateMissing, match=r"'other\.html'"):
        templater.render("page.html")


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "..\\secret.txt"])
def test_no_name_leads_out_of_the_folders(templater: Templater, tmp_path: Path, name: str) -> None:
    lay(tmp_path, "secret.txt", "secret")
    lay(tmp_path / "first", "a/page.html", "x")
    with pytest.raises(TemplateMissing):
        templater.render(name)


def test_fault_in_a_template_is_jinjas_own(templater: Templater, tmp_path: Path) -> None:
    lay(tmp_path / "first", "page.html", "{% if %}")
    with pytest.raises(jinja2.TemplateSyntaxError):
        templater.render("page.html")


def test_template_directory_is_beside_the_program_or_in_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, here = tmp_path / "program", tmp_path / "here"
    lay(program / "pages", "one.html", "beside")
    lay(here / "pages", "one.html", "here")
    lay(here / "pages", "two.html", "here")
    monkeypatch.chdir(here)
    source = "app = CommunicateApp(template_directory='pages')"
    names: dict[str, object] = {"CommunicateApp": CommunicateApp}
    exec(compile(source, str(program / "main.py"), "exec"), names)
    app = names["app"]
    assert isinstance(app, CommunicateApp)
    app.set_secret_key("key")
    for name in ("one", "two"):
        app.add_controller(
            f"/{name}", factory(lambda view, name=name: view.controller.templater.render(f"{name}.html"))
        )
    visitor = Visitor(app)
    assert [visitor.get("/one").text, visitor.get("/two").text] == ["beside", "here"]


def test_program_in_a_folder_whose_name_begins_as_the_packages_is_a_program() -> None:
    package = Path(communicate.__file__).parents[2]
    names: dict[str, object] = {"find": communicate._folders_of_program}
    exec(compile("folders = find()", f"{package}_demo/main.py", "exec"), names)
    assert names["folders"][0] == Path(f"{package}_demo")  # type: ignore[index]
