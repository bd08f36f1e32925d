"""Scripts of the app's own in Chromium: hooks come and go with their elements, and talk with Python both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.bench import Bench
from tests.support.docs import ROOT, files_of, python_blocks_of
from tests.support.program import Program
from tests.support.tab import Tab

#: The workbench with scripts, with more pages, and with views to change between.
APP = (
    (Path(__file__).with_name("workbench") / "main.py").read_text(encoding="utf-8")
    + """
from markupsafe import Markup


class First(Workbench):
    page = '<main data-hook="chart" id="first"><i>inside</i></main>'

    def render(self) -> Any:
        html = super().render().replace("</head>", f"{self.head()}</head>")
        return html.replace('<main id="place">', f'{self.page}<main id="place">')

    def head(self) -> str:
        return ""

    def load(self) -> None:
        super().load()
        self.names["Markup"] = Markup


class Second(First):
    page = '<main data-hook="chart" id="second"></main>'


class Early(First):
    def head(self) -> str:
        return "<script>pycommunicate.hook('early', {mounted(element) { notes.push(element.textContent) }})</script>"

    page = '<main data-hook="early">' + '<b>far away</b>' * 20000 + '</main>'


class Late(First):
    page = '<p data-hook="late" id="late"></p><p data-hook="nobody"></p><p data-hook="nobody"></p>'


class Strict(First):
    def render(self) -> Any:
        html = super().render()
        rules = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
        self.controller.special_return_handler = lambda: (html, 200, {"Content-Security-Policy": rules})


def only(view):
    return ControllerFactory().add_view(view).set_default_view(view)


app.add_controller("/views", only(First).add_view(Second))
app.add_controller("/early", only(Early))
app.add_controller("/late", only(Late))
app.add_controller("/strict", only(Strict))
app.add_script("static/lib/notes.js")
app.add_script("static/chart.js")
"""
)

FILES = {
    "static/lib/notes.js": """
        window.runs = (window.runs ?? 0) + 1;
        export const note = (...words) => notes.push(words.join(" "));
    """,
    "static/chart.js": """
        import { note } from "./lib/notes.js";

        pycommunicate.hook("chart", {
            mounted(element, channel) {
                note("mounted", element.id, this.element === element && this.channel === channel);
                this.points = [];
                element.onclick = () => channel.send("picked", {points: this.points, at: element});
            },
            removed(element) {
                note("removed", element.id);
            },
            draw(...points) {
                this.points.push(...points);
                this.element.textContent = this.points.join(" ");
                return this.points;
            },
            async drawn() {
                await new Promise(resolve => setTimeout(resolve));
                return this.points.length;
            },
            fail(what) {
                throw new RangeError(`no such point: ${what}`);
            },
        });
        pycommunicate.hook("bad", {
            mounted() {
                throw new Error("cannot mount");
            },
            async removed() {
                throw new Error("cannot remove");
            },
            word() {
                return "a word";
            },
        });
    """,
}

NOTES = "window.notes = []; window.warnings = []; console.warn = (...words) => warnings.push(words.join(' '))"


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP, files=FILES)


@pytest.fixture(scope="module")
def hook_tab(module_tab: Tab) -> Tab:
    module_tab.page.add_init_script(NOTES)
    return module_tab


@pytest.fixture
def bench(server: AppServer, hook_tab: Tab) -> Iterator[Bench]:
    """The workbench with scripts, loaded anew."""
    yield Bench(hook_tab, server.url)
    hook_tab.check()


@pytest.fixture
def views(server: AppServer, hook_tab: Tab) -> Iterator[Bench]:
    """The page with a chart, and another view."""
    yield Bench(hook_tab, f"{server.url}/views")
    hook_tab.check()


def notes(page: Page) -> Any:
    """Returns what was noted since it was last asked for, when the browser has told all that it saw."""
    return page.evaluate("new Promise(resolve => setTimeout(() => resolve(notes.splice(0))))")


# --- mounted and removed --------------------------------------------------------------------------------------------


def test_element_of_the_page_is_mounted_before_python_has_its_turn(views: Bench) -> None:
    assert notes(views.page) == ["mounted first true"]
    assert views.run("result = element('#first').call('hook.draw', 1, 2)") == "[1, 2]"
    expect(views.page.locator("#first")).to_have_text("1 2")
    assert notes(views.page) == []


@pytest.mark.parametrize(
    "code",
    [
        "element('#place').append(Markup('<p data-hook=chart id=late></p>'))",
        "element('#place').append(Markup('<div><div><p data-hook=chart id=late></p></div></div>'))",
        "p = element('#place').add_child('p'); p.id = 'late'; p.attributes['data-hook'] = 'chart'",
        "p = element('#place').add_child('p'); p.id = 'late'; p.dataset['hook'] = 'chart'",
        "element('#place').html = Markup('<svg><g id=late data-hook=chart /></svg>')",
    ],
)
def test_element_that_comes_later_is_mounted_once(views: Bench, code: str) -> None:
    notes(views.page)
    views.run(code)
    assert notes(views.page) == ["mounted late true"]
    views.run("element('#late').attributes['title'] = 'x'; element('#late').attributes['data-hook'] = 'chart'")
    assert notes(views.page) == []


def test_hook_is_there_in_the_very_frame_that_makes_its_element(views: Bench) -> None:
    notes(views.page)
    made = views.run("""
        p = element("#place").add_child("p")
        p.id = "late"
        p.attributes["data-hook"] = "chart"
        p.send("hook.draw", 1)
        result = p.call("hook.draw", 2)
    """)
    assert made == "[1, 2]"
    assert notes(views.page) == ["mounted late true"]


def test_moving_neither_mounts_nor_removes(views: Bench) -> None:
    notes(views.page)
    views.run("""
        first = element("#first")
        first.send("hook.draw", 7)
        element("#place").add_child(first)
        first.add_before("p")
        element("#place").add_before(first)
        element("#place").append(first)
    """)
    views.page.evaluate("document.body.prepend(document.querySelector('#first'))")
    assert views.run("result = first.call('hook.draw', 8)") == "[7, 8]"
    assert notes(views.page) == []


def test_element_that_was_taken_out_and_comes_back_is_mounted_anew(views: Bench) -> None:
    notes(views.page)
    views.run("first = element('#first'); first.send('hook.draw', 7); first.detach()")
    assert notes(views.page) == ["removed first"]
    assert views.run("element('#place').add_child(first); result = first.call('hook.draw', 8)") == "[8]"
    assert notes(views.page) == ["mounted first true"]


@pytest.mark.parametrize(
    "code",
    [
        "element('#first').delete()",
        "del element('#first').attributes['data-hook']",
        "element('#first').attributes['data-hook'] = ''",
        "element('#first').attributes['data-hook'] = 'nobody'",
        "element('body').element('#first').replace_with(Markup('<p>'))",
    ],
)
def test_element_that_leaves_or_has_the_hook_no_more_is_removed_once(views: Bench, code: str) -> None:
    notes(views.page)
    views.run(code)
    assert notes(views.page) == ["removed first"]
    assert views.page.evaluate("document.querySelector('#first')?.hook") is None


def test_all_inside_of_what_leaves_is_removed(bench: Bench) -> None:
    bench.place("<div><p data-hook=chart id=a></p><p data-hook=chart id=b></p></div>")
    assert notes(bench.page) == ["mounted a true", "mounted b true"]
    bench.run("element('#place div').delete()")
    assert notes(bench.page) == ["removed a", "removed b"]


def test_what_comes_and_goes_at_once_is_never_mounted(bench: Bench) -> None:
    bench.page.evaluate("""
        place = document.querySelector("#place");
        place.innerHTML = "<p data-hook=chart id=a></p>";
        place.innerHTML = "";
    """)
    assert notes(bench.page) == []


def test_change_of_view_removes_the_old_and_mounts_the_new(views: Bench) -> None:
    notes(views.page)
    for index, old, new in ((1, "first", "second"), (0, "second", "first")):
        views.page.evaluate("document.querySelector('#run').hidden = true")
        views.page.evaluate(
            "index => { document.querySelector('#code').value = `view.controller.change_view(${index})`;"
            " document.querySelector('#run').click() }",
            index,
        )
        views.page.locator(f"#{new}").wait_for(state="attached")
        views.ready()
        assert notes(views.page) == [f"removed {old}", f"mounted {new} true"]
        assert views.run(f"result = element('#{new}').call('hook.draw', 1)") == "[1]"
    assert views.page.evaluate("runs") == 1


def test_hooks_work_under_a_strict_content_policy(server: AppServer, open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.page.add_init_script(NOTES)
    bench = Bench(tab, f"{server.url}/strict")
    assert bench.run("result = element('#first').call('hook.draw', 1)") == "[1]"


# --- both ways ------------------------------------------------------------------------------------------------------


def test_what_a_hook_sends_is_an_event_with_its_detail(views: Bench) -> None:
    views.run("""
        first = element("#first")
        first.send("hook.draw", 3, 4)
        first.add_event_listener("picked", lambda event: log(event.detail["points"], event.detail["at"] is first))
    """)
    views.page.click("#first")
    views.expect_log("[3, 4] True")


def test_what_a_hook_sends_bubbles(views: Bench) -> None:
    views.run("""
        html.document.add_event_listener(
            "picked", lambda event: log(event.current_target.id), delegate="[data-hook=chart]"
        )
        element("#place").append(Markup("<p data-hook=chart id=other>x</p>"))
    """)
    views.page.click("#other")
    views.page.click("#first")
    views.expect_log("other", "first")


def test_promise_of_a_method_is_awaited(views: Bench) -> None:
    assert views.run("e = element('#first'); e.send('hook.draw', 1, 2); result = e.call('hook.drawn')") == "2"


def test_method_that_throws_raises_in_python_alone(views: Bench) -> None:
    error = views.error("element('#first').call('hook.fail', 5)")
    assert error.startswith("pycommunicate.errors.JSError")
    assert "RangeError: no such point: 5" in error
    assert views.run("result = element('#first').call('hook.draw', 1)") == "[1]"


def test_method_that_is_handed_on_alone_is_still_of_its_element(views: Bench) -> None:
    drawn = "(() => { const { draw } = document.querySelector('#first').hook; return draw(1, 2); })()"
    assert views.page.evaluate(drawn) == [1, 2]


def test_element_without_a_hook_has_none(views: Bench) -> None:
    assert views.page.evaluate("document.querySelector('#place').hook") is None
    assert "hook" in views.error("element('#place').call('hook.draw', 1)")


def test_property_of_that_name_may_be_anybodys(views: Bench) -> None:
    views.page.evaluate("document.querySelector('#place').hook = 'a fish'")
    assert views.page.evaluate("document.querySelector('#place').hook") == "a fish"


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_hook_that_throws_is_told_of_and_hurts_nobody(bench: Bench) -> None:
    bench.tab.allow("of the hook .bad. failed")
    bench.place("<p data-hook=bad id=a></p><p data-hook=chart id=b></p>")
    assert notes(bench.page) == ["mounted b true"]
    assert bench.run("result = element('#a').call('hook.word')") == "'a word'"
    bench.place("<p data-hook=chart id=c></p>")
    assert notes(bench.page) == ["removed b", "mounted c true"]
    bench.page.wait_for_function("true")
    told = [line for line in bench.tab.problems if "of the hook" in line]
    assert [line.split("pycommunicate: ")[1].split(" failed")[0] for line in told] == [
        'mounted of the hook "bad"',
        'removed of the hook "bad"',
    ]
    assert "cannot mount" in told[0]
    assert "cannot remove" in told[1]


def test_unknown_name_is_warned_of_once(server: AppServer, hook_tab: Tab) -> None:
    bench = Bench(hook_tab, f"{server.url}/late")
    bench.page.wait_for_function("warnings.length")
    warnings = bench.page.evaluate("warnings")
    assert [line.split('"')[1] for line in warnings] == ["late", "nobody"]
    assert 'no script has called pycommunicate.hook("late", ...) so far' in warnings[0]
    bench.place("<p data-hook=nobody></p><p data-hook=other></p>")
    bench.page.wait_for_function("warnings.length > 2")
    assert len(bench.page.evaluate("warnings")) == 3
    bench.page.evaluate("pycommunicate.hook('late', { mounted(element) { notes.push(element.id) } })")
    assert notes(bench.page) == ["late"]
    hook_tab.check()


def test_known_names_are_not_warned_of(views: Bench) -> None:
    views.place("<p data-hook=other></p>")
    views.page.wait_for_function("warnings.length")
    assert [line.split('"')[1] for line in views.page.evaluate("warnings")] == ["other"]


def test_hook_that_is_defined_a_second_time_takes_the_place_of_the_first(views: Bench) -> None:
    notes(views.page)
    views.page.evaluate("pycommunicate.hook('chart', { mounted(element) { notes.push(`new ${element.id}`) } })")
    assert notes(views.page) == ["removed first", "new first"]
    assert views.page.evaluate("warnings") == [
        'pycommunicate: the hook "chart" is defined a second time, in place of the first'
    ]


def test_name_or_hook_that_is_none_is_refused(views: Bench) -> None:
    for wrong in ("5, {}", "'', {}", "'x'", "'x', null", "'x', () => {}"):
        message = views.page.evaluate(
            f"() => {{ try {{ pycommunicate.hook({wrong}) }} catch (e) {{ return `${{e}}` }} }}"
        )
        assert message.startswith("TypeError: expected pycommunicate.hook(name, {")


def test_script_that_stands_before_all_modules_may_define_hooks(server: AppServer, hook_tab: Tab) -> None:
    page = Bench(hook_tab, f"{server.url}/early").page
    # Mounted when all of it had been read, long as it is.
    assert [len(text) for text in notes(page)] == [len("far away") * 20000]
    hook_tab.check()


def test_page_without_scripts_has_no_hooks(app_server: StartApp, open_tab: OpenTab) -> None:
    tab = open_tab()
    bench = Bench(tab, app_server(Path(__file__).with_name("workbench")).url)
    assert bench.page.evaluate("['hook' in pycommunicate, 'hook' in Element.prototype]") == [False, False]


def test_chart_of_the_guide_is_drawn_and_picked_from(app_server: StartApp, tab: Tab) -> None:
    guide = ROOT / "docs" / "guide" / "javascript.md"
    tab.page.goto(app_server(python_blocks_of(guide)[0].code, files=files_of(guide)).url)
    tab.page.click("button")
    expect(tab.page.locator("#highest")).to_have_text("Highest: 30")
    tab.page.click("#chart", position={"x": 15, "y": 5})
    expect(tab.page.locator("#picked")).to_have_text("30 degrees")
    tab.page.click("#chart", position={"x": 250, "y": 5})
    tab.page.click("button")
    expect(tab.page.locator("#highest")).to_have_text("Highest: 31")
    expect(tab.page.locator("#picked")).to_have_text("30 degrees")
    ink = "(([x]) => document.querySelector('#chart').getContext('2d').getImageData(x, 99, 1, 1).data[3])"
    assert [tab.page.evaluate(ink, [x]) for x in (5, 45, 55)] == [255, 255, 0]


# --- debug ----------------------------------------------------------------------------------------------------------


def test_script_that_is_saved_in_debug_is_loaded_anew(tmp_path: Path, tab: Tab) -> None:
    folder = tmp_path / "program"
    (folder / "static").mkdir(parents=True)
    script = folder / "static" / "word.js"
    (folder / "main.py").write_text(
        APP[: APP.index("from markupsafe import Markup")] + 'app.add_script("static/word.js")\n', encoding="utf-8"
    )
    hook = "pycommunicate.hook('word', { mounted(element) { element.dataset.word = 'WORD' } })"
    script.write_text(hook.replace("WORD", "one"), encoding="utf-8")
    with Program(
        ["-m", "pycommunicate", "serve", str(folder / "main.py"), "--debug", "--port", "0"], tmp_path
    ) as program:
        tab.allow("WebSocket|status of 50[03]|ERR_")
        bench = Bench(tab, program.url)
        bench.place("<p data-hook=word>")
        expect(bench.page.locator("p[data-word=one]")).to_be_attached()
        bench.page.evaluate("window.old = true")
        script.write_text(hook.replace("WORD", "two"), encoding="utf-8")
        bench.page.wait_for_function("!window.old && document.querySelector('#run:not([hidden])')")
        bench.place("<p data-hook=word>")
        expect(bench.page.locator("p[data-word=two]")).to_be_attached()
