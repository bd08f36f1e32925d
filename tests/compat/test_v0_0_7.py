"""Programs that were written for 0.0.7: their words are understood, and each is told what it is called today."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from pycommunicate import CommunicateApp as TodaysApp
from pycommunicate import Controller, ControllerFactory
from pycommunicate.compat import v0_0_7
from pycommunicate.compat.v0_0_7 import CommunicateApp, Content, ElementWrapper, HTMLWrapper, View
from pycommunicate.errors import ConfigurationError, ViewError
from pycommunicate.importing import importing
from pycommunicate.proxies.dom import ElementWrapper as TodaysElement
from pycommunicate.testing import TestClient
from tests.support.old_tutorial import CHANGES, PRINTED, PROGRAM, TEMPLATES
from tests.support.site import Visitor, factory

HTML = "<title>Old</title><p id=a>text</p><button>Go</button>"


def app_of(load: Callable[[Any], Any], kind: type[TodaysApp] = CommunicateApp, **parts: Any) -> TodaysApp:
    """Return an app with a page; *parts* are those of its view."""

    class Shown(View):
        def render(self) -> str:
            return f"<!DOCTYPE html>{self.controller.templater.add_includes()}{HTML}"

    parts = {"load": load, **parts}
    app = kind()
    app.set_secret_key("a test's key")
    app.add_controller("/", factory(type("Shown", (Shown,), parts)))
    return app


def run(
    call: Callable[[Any], Any], kind: type[TodaysApp] = CommunicateApp
) -> tuple[Any, list[warnings.WarningMessage]]:
    """Return what *call* returns for the document of a page, and what was warned of."""
    results: list[Any] = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with TestClient(app_of(lambda view: results.append(call(view.html_wrapper)), kind)) as client:
            client.open("/")
    return results[0], warned


# --- the tutorial ---------------------------------------------------------------------------------------------------


def test_tutorial_is_changed_in_eventlets_lines_and_one_import_alone() -> None:
    printed, program = PRINTED.splitlines(), PROGRAM.replace("import gevent.pool\n", "").splitlines()
    assert len(printed) == len(program)
    changed = [line for line, now in zip(printed, program, strict=True) if line != now]
    imports = "from pycommunicate.server.app.communicate import CommunicateApp"
    assert [line for line in changed if "eventlet" not in line and "spawn_n" not in line] == [imports]
    assert all(old in PRINTED for old in CHANGES)
    assert "eventlet" not in PROGRAM


def test_tutorial_adds_and_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "home.html").write_text(TEMPLATES["home.html"], encoding="utf-8")
    (tmp_path / "todo.txt").write_text("- old", encoding="utf-8")
    names: dict[str, Any] = {"__name__": "main"}
    with importing():
        exec(compile(PROGRAM, str(tmp_path / "main.py"), "exec"), names)
    with warnings.catch_warnings(), TestClient(names["app"]) as client:
        warnings.simplefilter("ignore", DeprecationWarning)
        page = client.open("/")
        assert page.texts("#todo p") == ["- old"]
        page.find("#next").fill("new")
        page.find("#add").click()
        page.wait_for("#todo p", text="- new")
        assert page.find("#next").value == ""
        assert page.texts("#todo p") == ["- old", "- new"]
        page.find("#todoRemove0").click()
        page.wait_gone("#todo0")
        assert page.texts("#todo p") == ["- new"]
    assert (tmp_path / "todo.txt").read_text(encoding="utf-8") == "- new\n"


def test_example_of_the_old_manual_counts() -> None:
    class HelloView(View):
        def render(self) -> str:
            if "count" in self.controller.user.session:
                self.controller.user.session["count"] += 1
            else:
                self.controller.user.session["count"] = 1
            user = self.controller.user
            return f"{user.id_} {user.request_id} {user.session['count']}"

    app = CommunicateApp()
    app.add_controller("/", ControllerFactory().add_view(HelloView).set_default_view(HelloView))
    app.set_secret_key("secret!!!")
    visitor = Visitor(app)
    assert [visitor.get().text.split()[2] for _ in range(2)] == ["1", "2"]


# --- each word ------------------------------------------------------------------------------------------------------


def inside(document: Any) -> Any:
    child = document.element("#a").append_element_inside_self("b", "child")
    return child.id, child.get_property("parentNode").id, type(child)


def after(document: Any) -> Any:
    child = document.element("#a").append_element_after_self("b", "next")
    return child.id, document.element("#a + b").id, type(child)


WORDS: list[tuple[Callable[[Any], Any], Any, str, str]] = [
    (lambda d: d.element_by_selector("#a").id, "a", "element_by_selector(selector)", "element(selector)"),
    (lambda d: d.element_by_selector("#none"), None, "element_by_selector(selector)", "element(selector)"),
    (lambda d: [d.element_exists("#a")], [True], "element_exists(selector)", "exists(selector)"),
    (lambda d: [d.element_exists("#none")], [False], "element_exists(selector)", "exists(selector)"),
    (
        inside,
        ("child", "a", ElementWrapper),
        "append_element_inside_self(element_type, id)",
        "add_child(element_type), and set its id",
    ),
    (
        after,
        ("next", "next", ElementWrapper),
        "append_element_after_self(element_type, id)",
        "add_after(element_type), and set its id",
    ),
    (
        lambda d: d.element("#a").content.get(),
        "text",
        "content.get()",
        "content, as soon as the app is made by today's CommunicateApp",
    ),
    (lambda d: d.element("#a").content.set("x"), None, "content.set(text)", "content = text"),
]


@pytest.mark.parametrize(("use", "result", "old", "new"), WORDS)
def test_old_word_does_what_it_did_and_warns_where_it_is_used(
    use: Callable[[Any], Any], result: Any, old: str, new: str
) -> None:
    got, warned = run(use)
    assert got == result
    lines, first = inspect.getsourcelines(use)
    (warning,) = warned
    assert warning.category is DeprecationWarning
    assert str(warning.message) == f"{old} is a word of 0.0.7; write {new}"
    assert warning.filename == __file__
    assert first <= warning.lineno < first + len(lines)


def test_every_public_name_that_todays_classes_lack_is_one_of_these_words() -> None:
    def added(old: type, today: type) -> set[str]:
        return {name for name in set(dir(old)) - set(dir(today)) if not name.startswith("_")}

    words = {word for _, _, old, _ in WORDS for word in old.partition("(")[0].split(".")}
    elements, documents = added(ElementWrapper, TodaysElement), added(*HTMLWrapper.__mro__[:2])
    assert elements | documents | {"content", "get", "set"} == words
    assert {name for name in vars(Content) if not name.startswith("_")} == {"get", "set"}
    assert added(CommunicateApp, TodaysApp) == set()


def test_text_that_was_set_is_what_the_browser_shows() -> None:
    def write(document: Any) -> Any:
        paragraph = document.element("#a")
        paragraph.content.set("<i>")
        first = paragraph.content.get()
        paragraph.content = "today"
        return first, paragraph.content.get()

    assert run(write)[0] == ("<i>", "today")


def test_warning_comes_once_for_each_line_as_pythons_do() -> None:
    def twice(document: Any) -> None:
        for _ in range(2):
            document.element_exists("#a")
        document.element_exists("#a")

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        with TestClient(app_of(lambda view: twice(view.html_wrapper))) as client:
            client.open("/")
            client.open("/")
    assert len(warned) == 2


def test_words_that_have_not_changed_do_not_warn() -> None:
    def use(document: Any) -> Any:
        element = document.element("#a")
        element.add_event_listener("click", lambda: None)
        element.set_property("title", "x")
        child = element.add_child("b")
        child.content = "y"
        found = element.get_property("title"), document.exists("b")
        child.delete()
        return found

    assert run(use) == (("x", True), [])


# --- what answers to them -------------------------------------------------------------------------------------------


def test_elements_that_todays_words_find_and_make_answer_to_the_old_ones() -> None:
    def use(document: Any) -> Any:
        element = document.element("#a")
        made = [element.add_child("b"), element.add_after("b"), element.add_before("b")]
        return [type(one) for one in (element, *made)], document.element_by_selector("#a") is element

    assert run(use)[0] == ([ElementWrapper] * 4, True)


WAYS: list[tuple[str, Callable[[Any], Any]]] = [
    ("elements", lambda d: d.elements("p")[0]),
    ("body", lambda d: d.body),
    ("head", lambda d: d.head),
    ("document", lambda d: d.document.children[0]),
    ("scoped element", lambda d: d.body.element("#a")),
    ("scoped elements", lambda d: d.body.elements("p")[0]),
    ("children", lambda d: d.body.children[0]),
    ("parent", lambda d: d.element("#a").parent),
    ("next", lambda d: d.element("#a").next),
    ("closest", lambda d: d.element("#a").closest("body")),
    ("waited for", lambda d: d.element("#a", timeout=1)),
    ("a property", lambda d: d.element("#a").get_property("parentNode")),
    ("several properties", lambda d: d.read((d.element("#a"), "parent"))[0]),
    ("an object", lambda d: d.element("#a").object("parentNode")),
    ("an object of the window", lambda d: d.window.object("document.body")),
    ("a window's call", lambda d: d.window.call_object("document.querySelector", "#a")),
    ("an object of an object", lambda d: d.window.object("self").object("document.body")),
    ("a piece of HTML", lambda d: d.body.append(Markup("<i>1</i>"))[0]),
]


@pytest.mark.parametrize("find", [pytest.param(find, id=name) for name, find in WAYS])
def test_element_answers_to_the_old_words_however_it_is_found(find: Callable[[Any], Any]) -> None:
    def use(document: Any) -> Any:
        found = find(document)
        kind = type(found)
        made = found.append_element_inside_self("b", "made")
        return kind, type(found.content), type(made), document.element("#made") is made, type(found), repr(found)[:15]

    assert run(use)[0] == (ElementWrapper, Content, ElementWrapper, True, ElementWrapper, "<ElementWrapper")


def test_element_of_an_event_answers_to_the_old_words() -> None:
    kinds: list[type] = []

    def load(view: Any) -> None:
        view.html_wrapper.document.add_event_listener(
            "click", lambda event: kinds.extend([type(event.target), type(event.current_target)]), delegate="button"
        )

    with TestClient(app_of(load)) as client:
        page = client.open("/")
        page.find("button").click()
        page.wait_until(lambda: len(kinds) == 2)
    assert kinds == [ElementWrapper, ElementWrapper]


def test_object_that_is_found_again_as_a_node_answers_to_the_old_words() -> None:
    def use(document: Any) -> Any:
        found = document.window.object("document.body.classList")
        kept = type(found)
        found.seen_as_node()  # as if the browser had named it where it names nodes alone
        return kept, type(found)

    assert run(use)[0] == (v0_0_7._JSObject, ElementWrapper)


def test_document_stays_an_old_one_over_a_reload_and_in_each_view() -> None:
    seen: list[type] = []

    class Second(View):
        def render(self) -> str:
            return f"<!DOCTYPE html>{self.controller.templater.add_includes()}<title>Second</title>"

        def load(self) -> None:
            seen.append(type(self.html_wrapper))
            if len(seen) == 1:
                self.controller.change_view(0, reload=True)

    class First(Second):
        def load(self) -> None:
            seen.append(type(self.controller.html_wrapper))

    app = CommunicateApp()
    app.set_secret_key("a test's key")
    app.add_controller("/", ControllerFactory().add_view(First).add_view(Second).set_default_view(Second))
    with TestClient(app) as client:
        client.open("/").wait_until(lambda: len(seen) == 2)
    assert seen == [HTMLWrapper, HTMLWrapper]


def test_controllers_and_factories_of_the_programs_own_are_kept() -> None:
    class Own(Controller):
        word = "own"

    class Factory(ControllerFactory):
        controller_class = Own

    words: list[Any] = []
    view = type(
        "Shown",
        (View,),
        {
            "render": lambda self: f"<!DOCTYPE html>{self.controller.templater.add_includes()}",
            "load": lambda self: words.extend([self.controller.word, type(self.html_wrapper)]),
        },
    )
    made = Factory().add_view(view).set_default_view(view)
    app = CommunicateApp()
    app.set_secret_key("a test's key")
    app.add_controller("/", made)
    assert app.routes() == [("/", "GET, HEAD", "Own", "Shown")]
    with TestClient(app) as client:
        client.open("/")
    assert words == ["own", HTMLWrapper]
    assert made.controller_class is Own, "the program's own factory is not touched"


def test_controller_class_of_this_module_is_taken_as_it_is() -> None:
    class Own(v0_0_7.Controller):
        pass

    class Factory(ControllerFactory):
        controller_class = Own

    kinds: list[type] = []
    app = CommunicateApp()
    app.set_secret_key("a test's key")
    view = type("Shown", (View,), {"render": lambda self: kinds.append(type(self.controller)) or "x"})
    app.add_controller("/", Factory().add_view(view).set_default_view(view))
    Visitor(app).get()
    assert kinds == [Own]


def test_page_of_an_error_answers_to_the_old_words_too() -> None:
    kinds: list[type] = []
    app = app_of(lambda view: None)
    page = type(
        "Lost",
        (View,),
        {
            "render": lambda self: f"<!DOCTYPE html>{self.controller.templater.add_includes()}",
            "load": lambda self: kinds.append(type(self.html_wrapper)),
        },
    )
    app.add_error_handler(404, ControllerFactory().add_view(page).set_default_view(page))
    with TestClient(app) as client:
        assert client.open("/nowhere").status == 404
    assert kinds == [HTMLWrapper]


def test_todays_app_knows_none_of_the_old_words() -> None:
    def use(document: Any) -> Any:
        element = document.element("#a")
        old = [(document, "element_by_selector"), (element, "append_element_inside_self")]
        return [hasattr(thing, name) for thing, name in old], element.content

    assert run(use, TodaysApp) == (([False, False], "text"), [])


@pytest.mark.parametrize(("wrong", "error"), [(object(), ConfigurationError), (ControllerFactory(), ViewError)])
def test_what_is_no_controller_is_refused_as_ever(wrong: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        CommunicateApp().add_controller("/", wrong)
