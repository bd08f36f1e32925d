"""Controllers and their factories: faults are told as early as they can be known, and both can be subclassed."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate import Controller, ControllerFactory, View
from pycommunicate.errors import ConfigurationError, NotAttached, ViewError
from pycommunicate.protocol.messages import Batch
from pycommunicate.protocol.ops import LOADED, NAVIGATE, VIEW
from pycommunicate.server.bases.controller import ControllerSetup
from tests.support.house import ExpectErrors
from tests.support.site import Attached, Visitor, factory, live, make_app, shows


class First(View):
    def render(self) -> str:
        return "first"


class Second(View):
    def render(self) -> str:
        return "second"


def ops_of(attached: Attached) -> list[list[Any]]:
    ops = [op for message in attached.messages if isinstance(message, Batch) for op in message.ops]
    return [op for op in ops if op[0] != LOADED]


def load_with(load: Any, *others: Any) -> Attached:
    """Let a live page's `load` run; return its browser."""
    visitor = Visitor(make_app(shows(live, load), *others))
    return visitor.attach(visitor.get())


# --- factories ----------------------------------------------------------------------------------------------------


def test_all_methods_of_a_factory_can_be_chained() -> None:
    made = ControllerFactory()
    assert made.add_view(First).add_view(Second).set_default_view(Second).with_before_connect(print) is made
    assert made.views == (First, Second)
    assert made.default_view == 1


def test_same_view_twice_is_refused_when_it_is_added() -> None:
    with pytest.raises(ViewError, match="expected each view once, got First a second time"):
        ControllerFactory().add_view(First).add_view(First)


def test_view_object_is_refused_with_the_advice_to_pass_the_class() -> None:
    view = object.__new__(First)
    with pytest.raises(ViewError, match=r"expected a view class, got .*pass the class itself"):
        ControllerFactory().add_view(view)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", [None, "First", 5, lambda: None])
def test_what_is_no_class_is_refused_as_a_view(what: Any) -> None:
    with pytest.raises(ViewError, match="expected a view class, got"):
        ControllerFactory().add_view(what)


@pytest.mark.parametrize("what", [object, dict, Controller])
def test_class_that_is_no_view_is_refused(what: type) -> None:
    with pytest.raises(ViewError, match=f"expected a subclass of View, got {what.__name__}"):
        ControllerFactory().add_view(what)


def test_view_without_render_is_refused_when_it_is_added() -> None:
    class Empty(View):
        pass

    for view in (View, Empty):
        with pytest.raises(ViewError, match=rf"expected {view.__name__} to have a render\(\)"):
            ControllerFactory().add_view(view)


def test_view_that_inherits_its_render_is_a_view() -> None:
    class Child(First):
        pass

    assert Visitor(make_app(Child)).get().text == "first"


def test_default_view_that_was_not_added_is_refused_with_what_to_call() -> None:
    with pytest.raises(ViewError, match=r"got Second; call add_view\(Second\) first"):
        ControllerFactory().add_view(First).set_default_view(Second)


def test_factory_without_default_view_is_told_before_it_serves() -> None:
    with pytest.raises(ViewError, match=r"call set_default_view\(First\)"):
        ControllerFactory().add_view(First).check()
    with pytest.raises(ViewError, match=r"call add_view\(\.\.\.\)\.set_default_view\(\.\.\.\)"):
        _ = ControllerFactory().default_view


@pytest.mark.parametrize("what", [None, "print", 5])
def test_before_connect_that_cannot_be_called_is_refused(what: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"expected a function for before_connect, got {what!r}"):
        ControllerFactory().with_before_connect(what)


def test_default_view_need_not_be_the_first() -> None:
    app = make_app()
    app.add_controller("/", ControllerFactory().add_view(First).add_view(Second).set_default_view(Second))
    assert Visitor(app).get().text == "second"


def test_factory_may_name_a_controller_class() -> None:
    class Mine(Controller):
        def hello(self) -> str:
            return f"hello {self.route_data['name']}"

    class Makes(ControllerFactory):
        controller_class = Mine

    app = make_app()
    greeting = shows(lambda view: view.controller.hello())
    app.add_controller("/<name>", Makes().add_view(greeting).set_default_view(greeting))
    assert Visitor(app).get("/you").text == "hello you"


def test_factory_may_make_its_controllers_itself() -> None:
    class Mine(Controller):
        def __init__(self, setup: ControllerSetup, word: str) -> None:
            super().__init__(setup)
            self.d["word"] = word

    class Makes(ControllerFactory):
        def create_controller(self, setup: ControllerSetup) -> Controller:
            return Mine(setup, "from the factory")

    app = make_app()
    view = shows(lambda view: view.controller.d["word"])
    app.add_controller("/", Makes().add_view(view).set_default_view(view))
    assert Visitor(app).get().text == "from the factory"


def test_factory_with_an_init_of_its_own_keeps_working() -> None:
    class Makes(ControllerFactory):
        def __init__(self, *views: type[View]) -> None:
            super().__init__()
            for view in views:
                self.add_view(view)
            self.set_default_view(views[0])

    app = make_app()
    app.add_controller("/", Makes(First, Second))
    assert Visitor(app).get().text == "first"


# --- controllers --------------------------------------------------------------------------------------------------


def test_controller_has_what_is_documented() -> None:
    seen: list[Controller] = []
    app = make_app()
    app.add_controller("/<int:x>", factory(lambda view: seen.append(view.controller) or "x"))
    Visitor(app).get("/5")
    Visitor(app).get("/6")
    one, another = seen
    assert (one.route_data, one.d, one.special_return_handler) == ({"x": 5}, {}, None)
    assert one.user is not another.user
    assert one.d is not another.d


def test_redirect_inside_render_is_a_302_and_takes_the_place_of_what_is_rendered() -> None:
    def away(view: View) -> str:
        view.controller.redirect("/login?next=%2F")
        return "never sent"

    response = Visitor(make_app(away)).get()
    assert response.status_code == 302
    assert response.headers["Location"] == "/login?next=%2F"
    assert "never sent" not in response.text


def test_redirect_from_load_navigates() -> None:
    attached = load_with(lambda view: view.controller.redirect("elsewhere"))
    assert ops_of(attached) == [[NAVIGATE, "elsewhere"]]


@pytest.mark.parametrize("location", ["", None, 5])
def test_redirect_to_nowhere_is_refused(location: Any, expect_errors: ExpectErrors, caplog: Any) -> None:
    response = Visitor(make_app(lambda view: view.controller.redirect(location))).get()
    assert response.status_code == 500
    assert f'expected a URL to redirect to, as "/login", got {location!r}' in caplog.text
    assert len(expect_errors()) == 1


def test_change_view_sends_the_second_view_and_loads_it() -> None:
    steps: list[str] = []
    second = shows("<p>second</p>", lambda view: steps.append("second loads"))

    def load(view: View) -> None:
        view.controller.change_view(1)
        steps.append("first goes on")

    attached = load_with(load, second)
    assert ops_of(attached) == [[VIEW, "<p>second</p>"]]
    assert sorted(steps) == ["first goes on", "second loads"]


@pytest.mark.parametrize("index", [2, -1, "1", None, 0.0])
def test_change_to_a_view_that_is_not_there_names_those_that_are(index: Any) -> None:
    told: list[str] = []

    def load(view: View) -> None:
        with pytest.raises(ViewError) as caught:
            view.controller.change_view(index)
        told.append(str(caught.value))

    load_with(load, First)
    assert told == [f"expected the index of a view, one of 0 (Shown), 1 (First), got {index!r}"]


@pytest.mark.parametrize("reload", [False, True])
def test_change_view_inside_render_raises_not_attached(reload: bool) -> None:
    def change(view: View) -> str:
        with pytest.raises(NotAttached):
            view.controller.change_view(1, reload=reload)
        return "still first"

    assert Visitor(make_app(change, Second)).get().text == "still first"


def test_page_cannot_be_used_inside_the_render_of_a_later_view() -> None:
    told: list[str] = []

    def render(view: View) -> str:
        with pytest.raises(NotAttached) as caught:
            view.html_wrapper.element("#x")
        told.append(str(caught.value))
        return "x"

    load_with(lambda view: view.controller.change_view(1), shows(render))
    assert told == ["the page cannot be used inside render(); use it from load(), a handler or a timer"]


def test_later_view_that_redirects_in_its_render_navigates() -> None:
    attached = load_with(
        lambda view: view.controller.change_view(1), shows(lambda view: view.controller.redirect("/login"))
    )
    assert ops_of(attached) == [[NAVIGATE, "/login"]]


def test_special_return_handler_of_one_view_does_not_stick_to_the_next() -> None:
    def special(view: View) -> str:
        view.controller.special_return_handler = lambda: live(view)
        return ""

    visitor = Visitor(make_app(shows(special, lambda view: view.controller.change_view(1)), Second))
    assert ops_of(visitor.attach(visitor.get())) == [[VIEW, "second"]]


@pytest.mark.parametrize("body", [None, b"bytes", ("text", 404)])
def test_later_view_must_render_text(body: Any) -> None:
    told: list[str] = []

    def load(view: View) -> None:
        with pytest.raises(ViewError) as caught:
            view.controller.change_view(1)
        told.append(str(caught.value))

    attached = load_with(load, shows(body))
    assert told[0].startswith("expected text from Shown.render() to change the view, got")
    assert ops_of(attached) == []


def test_teardown_that_fails_is_logged_and_the_view_is_changed(expect_errors: ExpectErrors) -> None:
    class Leaving(View):
        def render(self) -> str:
            return live(self)

        def load(self) -> None:
            self.controller.change_view(1)

        def teardown(self) -> None:
            raise LookupError

    visitor = Visitor(make_app(Leaving, Second))
    assert ops_of(visitor.attach(visitor.get())) == [[VIEW, "second"]]
    assert expect_errors() == ["teardown of Leaving failed"]
