"""Tests of pieces of HTML that are put into the page, and of the elements that become of them."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from pycommunicate.errors import (
    ConfigurationError,
    JSError,
    LimitReached,
    PageGone,
    ReadTimeout,
    StaleElement,
    TemplateMissing,
    UnsupportedValue,
    WaitForbidden,
)
from pycommunicate.page import waiting_forbidden
from pycommunicate.protocol import Limits
from pycommunicate.protocol.codec import Ref
from pycommunicate.protocol.messages import Bye
from pycommunicate.protocol.ops import (
    AFTER,
    BEFORE,
    CALL,
    CREATE,
    FRAGMENT,
    INSERT,
    INSIDE,
    INSTEAD,
    NO_ASK,
    RELEASE,
    REMOVE,
)
from pycommunicate.proxies.dom import ElementWrapper
from pycommunicate.settings import Settings
from pycommunicate.templating import Templater, make_environment
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import Outcome, Rig, settle
from tests.support.stand_ins import did, find, node

Do = Callable[..., Any]

PLACES = [("append", INSIDE), ("before", BEFORE), ("after", AFTER), ("render", INSTEAD)]
ALL = [name for name, _ in PLACES] + ["prepend", "replace_with"]
ITEM = Markup("<li>milk</li>")


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


@pytest.fixture
def templates(rig: Rig, tmp_path: Path) -> Path:
    """A folder whose templates the page has."""
    rig.page.templater = Templater(make_environment([tmp_path]), lambda: Markup("<script></script>"))
    return tmp_path


# --- what is sent -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "position"), PLACES)
def test_markup_is_put_there_in_one_op_without_waiting(
    rig: Rig, element: ElementWrapper, method: str, position: int
) -> None:
    assert did(rig, lambda: getattr(element, method)(ITEM)) == [[FRAGMENT, 2, position, -1, "<li>milk</li>"]]


@pytest.mark.parametrize(("method", "position"), PLACES)
def test_a_template_is_rendered_with_its_context_escaped(
    rig: Rig, element: ElementWrapper, templates: Path, method: str, position: int
) -> None:
    (templates / "row.html").write_text("<li>{{ what }}</li>", encoding="utf-8")
    ops = did(rig, lambda: getattr(element, method)("row.html", what="<b>"))
    assert ops == [[FRAGMENT, 2, position, -1, "<li>&lt;b&gt;</li>"]]


def test_a_context_may_have_any_name(rig: Rig, element: ElementWrapper, templates: Path) -> None:
    (templates / "row.html").write_text("{{ self_ }}{{ what }}{{ name }}{{ context }}", encoding="utf-8")
    [op] = did(rig, lambda: element.append("row.html", what=1, name=2, context=3, self_=4))
    assert op[-1] == "4123"


def test_what_is_prepended_goes_before_a_marker(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, lambda: element.prepend(ITEM)) == [
        [CREATE, 1, INSIDE, -1, "template"],
        [CALL, NO_ASK, -1, "prepend", [Ref(1)]],
        [FRAGMENT, 2, BEFORE, 1, "<li>milk</li>"],
        [REMOVE, 1, False],
    ]


def test_what_replaces_an_element_comes_before_it_goes(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, lambda: element.replace_with(ITEM)) == [
        [FRAGMENT, 2, BEFORE, -1, "<li>milk</li>"],
        [REMOVE, -1, False],
    ]
    with pytest.raises(StaleElement):
        rig.run(lambda: element.append(ITEM))


def test_an_element_in_place_of_itself_stays(rig: Rig, element: ElementWrapper) -> None:
    placed = rig.run(lambda: element.replace_with(element))
    assert rig.take() == []
    assert list(placed) == [element]
    assert did(rig, element.focus) == [[CALL, NO_ASK, -1, "focus", []]]
    with pytest.raises(ConfigurationError, match="expected the name of a template"):
        rig.run(lambda: element.replace_with(element, name="x"))
    rig.run(element.delete)
    with pytest.raises(StaleElement):
        rig.run(lambda: element.replace_with(element))


def test_an_element_is_moved_with_all_that_it_has(rig: Rig, element: ElementWrapper) -> None:
    other = find(rig, -2)
    for method, position in PLACES[:3]:
        assert did(rig, lambda method=method: getattr(element, method)(other)) == [[INSERT, -2, position, -1]]
    assert did(rig, lambda: element.render(other)) == [[CALL, NO_ASK, -1, "replaceChildren", [Ref(-2)]]]
    assert did(rig, lambda: element.prepend(other))[2] == [INSERT, -2, BEFORE, 1]
    assert rig.run(lambda: list(element.append(other))) == [other]


# --- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize(
    ("what", "error", "text"),
    [
        ("<li>milk</li>", TemplateMissing, r"expected the name of a template.* '#here', got .*Markup\("),
        ("", TemplateMissing, "expected the name of a template"),
        ("none.html", TemplateMissing, r"expected a template 'none\.html', found none in"),
        (5, UnsupportedValue, "expected the name of a template.* '#here', got 5"),
        (None, UnsupportedValue, "got None"),
        ([ITEM], UnsupportedValue, r"got \[Markup"),
    ],
)
def test_what_cannot_be_put_there_is_refused_before_anything_is_sent(
    rig: Rig, element: ElementWrapper, templates: Path, method: str, what: Any, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        rig.run(lambda: getattr(element, method)(what))
    assert rig.take() == []


def test_only_a_template_has_a_context(rig: Rig, element: ElementWrapper) -> None:
    for what in (ITEM, find(rig, -2)):
        with pytest.raises(ConfigurationError, match="expected the name of a template to fill in"):
            rig.run(lambda what=what: element.append(what, user="x"))
    assert rig.take() == []


def test_a_page_without_templates_says_so(rig: Rig, element: ElementWrapper) -> None:
    with pytest.raises(ConfigurationError, match=r"expected a page of an app to render 'row\.html'"):
        rig.run(lambda: element.append("row.html"))


def test_an_element_of_another_page_is_refused(start_rig: StartRig) -> None:
    rig, other = start_rig(), start_rig()
    element, stranger = find(rig), find(other, -2, "#stranger")
    for method in ALL:
        with pytest.raises(UnsupportedValue, match=r"'#stranger'.* of another one"):
            rig.run(lambda method=method: getattr(element, method)(stranger))
    assert rig.take() == []


# --- what becomes of it -----------------------------------------------------------------------------------------------


def test_the_first_look_at_the_elements_waits_for_the_browser(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    [rows] = kept
    assert repr(rows) == "<Elements of markup at '#here'>"
    outcome = rig.start(lambda: len(rows))
    [op] = rig.take()
    assert not outcome.done
    rig.reply(op[1], [node(-5), node(-6)])

    assert outcome.get() == 2
    assert rig.run(lambda: [repr(row) for row in rows]) == ["<ElementWrapper markup at '#here'>"] * 2
    assert rig.run(lambda: rows[0] is rows[0] and rows[0] is not rows[1] and rows[:1] == [rows[0]])
    with pytest.raises(IndexError, match="expected an index below 2 of <Elements of markup at '#here'>, got 2"):
        rig.run(lambda: rows[2])


def test_an_answer_that_came_before_the_first_look_is_not_waited_for(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    rig.reply(rig.take()[0][1], [node(-5)])

    def look() -> int:
        with waiting_forbidden("here"):
            return len(kept[0])

    assert rig.run(look) == 1


def test_where_waiting_is_forbidden_a_look_says_why(rig: Rig, element: ElementWrapper) -> None:
    def look() -> None:
        rows = element.append(ITEM)
        with waiting_forbidden("inside session.locked()"):
            len(rows)

    with pytest.raises(WaitForbidden, match=r"inside session\.locked\(\)"):
        rig.run(look)


def test_what_the_browser_says_to_be_gone_is_gone_although_nobody_has_looked(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    rig.reply(rig.take()[0][1], [node(-5)])
    rig.send(rig.channel.gone([-5], []))

    with pytest.raises(StaleElement, match="the element markup at '#here' is gone"):
        rig.run(lambda: kept[0][0].content)


def test_elements_that_nobody_wants_are_released_and_none_is_made_for_them(rig: Rig, element: ElementWrapper) -> None:
    rig.run(lambda: [element.append(ITEM)].clear())
    before = len(rig.page.refs)
    rig.reply(rig.take()[0][1], [node(-5), node(-6)])

    assert rig.take() == [[RELEASE, [-5, 1, -6, 1]]]
    assert len(rig.page.refs) == before


def test_elements_that_were_wanted_and_not_looked_at_are_released(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    rig.reply(rig.take()[0][1], [node(-5)])
    kept.clear()
    gc.collect()
    rig.run(lambda: None)

    assert rig.take() == [[RELEASE, [-5, 1]]]


def test_more_than_one_greenlet_may_look(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    outcomes: list[Outcome] = [rig.start(lambda: len(kept[0])) for _ in range(3)]
    rig.reply(rig.take()[0][1], [node(-5)])
    assert [outcome.get() for outcome in outcomes] == [1, 1, 1]


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_fragment_that_fails_is_logged_if_nobody_waits(
    rig: Rig, element: ElementWrapper, expect_errors: ExpectErrors
) -> None:
    rig.run(lambda: [element.append(ITEM)].clear())
    rig.reply(rig.take()[0][1], None, ["stale-ref", "no node has the ref -1 any more"])

    [line] = expect_errors()
    assert "stale-ref: 'no node has the ref -1 any more' (markup put inside '#here')" in line


def test_a_fragment_that_fails_is_raised_where_it_is_looked_at(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.before(ITEM)))
    outcome = rig.start(lambda: kept[0][0])
    rig.answer(error=["js-error", "it has no parent"])

    with pytest.raises(JSError, match="markup put before '#here': it has no parent"):
        outcome.get()
    with pytest.raises(JSError, match="it has no parent"):
        rig.run(lambda: len(kept[0]))


def test_a_fragment_that_failed_unseen_is_logged_and_raised(
    rig: Rig, element: ElementWrapper, expect_errors: ExpectErrors
) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.after(ITEM)))
    rig.answer(error=["js-error", "it has no parent"])

    assert len(expect_errors()) == 1
    with pytest.raises(JSError, match="markup put after '#here': it has no parent"):
        rig.run(lambda: len(kept[0]))


def test_a_look_has_the_deadlines_of_any_read_and_they_begin_with_it(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    [op] = rig.take()
    rig.tick(11)
    outcome = rig.start(lambda: len(kept[0]))
    settle()
    rig.tick(11)

    with pytest.raises(ReadTimeout, match="waiting for markup put inside '#here'"):
        outcome.get()
    # It may come all the same.
    rig.reply(op[1], [node(-5)])
    assert rig.run(lambda: len(kept[0])) == 1


def test_a_look_at_what_a_page_that_is_gone_never_told(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    outcome = rig.start(lambda: len(kept[0]))
    rig.take()
    rig.page.end("its browser left", "", "")

    with pytest.raises(PageGone, match="while waiting for markup put inside '#here'"):
        outcome.get()


def test_more_elements_than_may_be_stood_for_are_an_error(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(refs=2)))
    element = find(rig)
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    outcome = rig.start(lambda: len(kept[0]))
    rig.reply(rig.take()[0][1], [node(-5), node(-6)])
    with pytest.raises(LimitReached, match=r"settings\.limits\.refs"):
        outcome.get()


def test_an_answer_that_is_no_list_breaks_the_protocol(rig: Rig, element: ElementWrapper) -> None:
    kept: list[Any] = []
    rig.run(lambda: kept.append(element.append(ITEM)))
    rig.reply(rig.take()[0][1], 5)
    rig.take()
    assert isinstance(rig.messages[-1], Bye)
    assert "broke the protocol" in rig.page.gone
