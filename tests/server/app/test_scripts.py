"""The app's own scripts: found and checked when they are added, served for ever, and anew when they change in debug."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import pytest

from pycommunicate import CommunicateApp
from pycommunicate.errors import ConfigurationError
from tests.support.site import Visitor, factory, live, make_app, tag_of

CHART = 'import { scale } from "./lib/scale.js";\npycommunicate.hook("chart", { draw: scale }); // \u00e4\n'
SCALE = "export const scale = (x) => 2 * x;\n"


def lay(folder: Path, **texts: str) -> None:
    """Lay scripts into a folder: `lib__scale="..."` is lib/scale.js."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def app_of(program: Path, **options: Any) -> CommunicateApp:
    """Return an app that was made by a program in that file."""
    names: dict[str, Any] = {"CommunicateApp": CommunicateApp, "options": options}
    exec(compile("app = CommunicateApp(**options)", str(program), "exec"), names)
    app: CommunicateApp = names["app"]
    app.set_secret_key("a test's key")
    app.add_controller("/", factory(live))
    return app


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a program lies that has two scripts; the current directory is another one."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    lay(tmp_path / "program" / "static", chart=CHART, lib__scale=SCALE)
    return tmp_path / "program" / "main.py"


@pytest.fixture
def visitor(program: Path) -> Visitor:
    """A browser of an app with both."""
    app = app_of(program)
    app.add_script("static/lib/scale.js")
    app.add_script("static/chart.js")
    return Visitor(app)


def sources_of(text: str) -> list[tuple[str, str]]:
    """Return type and address of each script of a page, in order."""
    return re.findall(r'<script(?: type="(\w+)")? src="([^"]+)"', text)


def test_page_loads_the_client_then_hooks_then_the_scripts_in_order_as_modules(visitor: Visitor) -> None:
    found = sources_of(visitor.get().text)
    assert [kind for kind, _ in found] == ["", "", "module", "module"]
    client, hooks, scale, chart = (source for _, source in found)
    assert client == tag_of(visitor.get()).src
    assert re.fullmatch(r"/__pycommunicate/hooks\.[0-9a-f]{12}\.js", hooks)
    assert re.fullmatch(r"/__pycommunicate/scripts/[0-9a-f]{12}/static/lib/scale\.js", scale)
    assert chart == scale.replace("lib/scale", "chart")


def test_scripts_are_served_as_they_are(visitor: Visitor) -> None:
    _, hooks, scale, chart = (visitor.get(source) for _, source in sources_of(visitor.get().text))
    assert (scale.text, chart.text) == (SCALE, CHART)
    assert hooks.text.startswith('(()=>{"use strict";')
    assert "data-hook" in hooks.text


def test_scripts_may_be_cached_for_ever_and_are_never_sniffed(visitor: Visitor) -> None:
    for _, source in sources_of(visitor.get().text):
        response = visitor.get(source)
        assert response.status_code == 200
        assert response.content_type == "text/javascript; charset=utf-8"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Vary"] == "Accept-Encoding"


def test_script_is_zipped_for_who_takes_it(visitor: Visitor) -> None:
    *_, (_, chart) = sources_of(visitor.get().text)
    response = visitor.get(chart, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data).decode() == CHART


def test_script_that_another_imports_by_its_relative_address_is_the_one_that_was_added(visitor: Visitor) -> None:
    *_, (_, scale), (_, chart) = sources_of(visitor.get().text)
    assert f"{chart.rpartition('/')[0]}/lib/scale.js" == scale


def test_head_of_a_script_has_no_body_and_other_methods_are_refused(visitor: Visitor) -> None:
    *_, (_, chart) = sources_of(visitor.get().text)
    head = visitor.open(chart, method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert visitor.open(chart, method="POST").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        *("scripts", "scripts/", "scripts/x", "scripts/000000000000/static/chart.js", "scripts/VERSION/main.py"),
        *("scripts/VERSION/static/other.js", "scripts/VERSION/static/../static/chart.js", "scripts/VERSION/"),
        *("scripts/VERSION/static/chart.js/", "hooks.js", "hooks.000000000000.js"),
    ],
)
def test_nothing_else_is_served_there(visitor: Visitor, path: str) -> None:
    version = sources_of(visitor.get().text)[-1][1].split("/")[3]
    response = visitor.get(f"/__pycommunicate/{path.replace('VERSION', version)}")
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_app_without_scripts_has_no_hooks() -> None:
    visitor = Visitor(make_app(live))
    assert len(sources_of(visitor.get().text)) == 1
    with_scripts = "/__pycommunicate/scripts/e3b0c44298fc/x.js"  # the hash of nothing
    assert visitor.get(with_scripts).status_code == 404


def test_page_that_a_script_fetches_has_no_scripts_before_it_is_shown(visitor: Visitor) -> None:
    assert len(sources_of(visitor.get(headers={"Sec-Purpose": "prefetch;prerender"}).text)) == 1
    assert len(sources_of(visitor.get(headers={"Sec-Fetch-Dest": "document"}).text)) == 4


def test_addresses_change_with_the_text_and_are_the_same_in_every_process(program: Path) -> None:
    def address() -> str:
        app = app_of(program)
        app.add_script("static/chart.js")
        return sources_of(Visitor(app).get().text)[-1][1]

    first = address()
    assert address() == first
    lay(program.parent / "static", chart=CHART + " ")
    assert address() != first


def test_scripts_of_an_app_that_is_mounted_below_a_path_are_there(visitor: Visitor) -> None:
    mounted = {"SCRIPT_NAME": "/sub path"}
    found = sources_of(visitor.get("/", environ_overrides=mounted).text)
    assert len(found) == 4
    for _, source in found:
        assert source.startswith("/sub%20path/__pycommunicate/")
        response = visitor.get(source.removeprefix("/sub%20path"), environ_overrides=mounted)
        assert response.status_code == 200


def test_script_beside_the_program_comes_before_one_in_the_current_directory(program: Path) -> None:
    lay(Path.cwd() / "static", chart="// here", other="// here")
    app = app_of(program)
    app.add_script("static/chart.js")
    app.add_script("static/other.js")
    visitor = Visitor(app)
    chart, other = (visitor.get(source).text for kind, source in sources_of(visitor.get().text) if kind)
    assert (chart, other) == (CHART, "// here")


def test_script_may_be_named_by_its_whole_path(program: Path) -> None:
    app = app_of(program)
    app.add_script(program.parent / "static" / "lib" / ".." / "chart.js")
    assert sources_of(Visitor(app).get().text)[-1][1].endswith("/static/chart.js")


def test_module_of_the_other_suffix_and_a_name_with_any_letters_are_served(program: Path) -> None:
    name = "d\u00e4ta & 100%?#.mjs"
    (program.parent / name).write_text("export {};", encoding="utf-8")
    app = app_of(program)
    app.add_script(name)
    visitor = Visitor(app)
    source = sources_of(visitor.get().text)[-1][1]
    assert source.endswith("/d%C3%A4ta%20%26%20100%25%3F%23.mjs")
    assert visitor.get(source).text == "export {};"


@pytest.mark.parametrize("file", ["static/none.js", "chart.js", "static/lib.js"])
def test_script_that_is_not_there_is_refused_with_where_it_was_looked_for(program: Path, file: str) -> None:
    (program.parent / "static" / "lib.js").mkdir()
    with pytest.raises(ConfigurationError) as raised:
        app_of(program).add_script(file)
    assert str(raised.value) == (
        f"expected a script {file!r}, found none at {program.parent / file} or {Path.cwd() / file}"
    )


def test_script_outside_of_the_folder_is_refused(program: Path) -> None:
    lay(program.parents[1], outside="1")
    app = app_of(program)
    for file in ("../outside.js", program.parents[1] / "outside.js"):
        with pytest.raises(
            ConfigurationError, match=r"expected a script below the app's folder, which is .*outside\.js"
        ):
            app.add_script(file)


def test_link_below_the_folder_may_lead_out_of_it(program: Path) -> None:
    lay(program.parents[1], outside="1")
    (program.parent / "linked.js").symlink_to(program.parents[1] / "outside.js")
    app = app_of(program)
    app.add_script("linked.js")
    assert sources_of(Visitor(app).get().text)[-1][1].endswith("/linked.js")


@pytest.mark.parametrize("file", ["main.py", "static", "page.html", "chart.ts", "x.js.txt", ".js"])
def test_file_of_another_kind_is_refused(program: Path, file: str) -> None:
    with pytest.raises(ConfigurationError, match=r"whose name ends with \.js or \.mjs"):
        app_of(program).add_script(file)


@pytest.mark.parametrize("file", [None, 5, b"static/chart.js"])
def test_what_is_no_path_is_refused(program: Path, file: Any) -> None:
    with pytest.raises(ConfigurationError, match=r'expected the path of a script, as "static/chart\.js"'):
        app_of(program).add_script(file)


def test_script_that_is_not_utf_8_is_refused(program: Path) -> None:
    (program.parent / "latin.js").write_bytes(b"// \xe4")
    with pytest.raises(ConfigurationError, match=r"cannot read the script .*latin\.js"):
        app_of(program).add_script("latin.js")


def test_script_is_added_once(program: Path) -> None:
    app = app_of(program)
    app.add_script("static/chart.js")
    with pytest.raises(ConfigurationError, match=r"each script once, got 'static/chart\.js' a second time"):
        app.add_script(program.parent / "static" / "chart.js")


def change(path: Path, text: str) -> None:
    """Write a file as an editor does later on."""
    path.write_text(text, encoding="utf-8")
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))


def test_script_that_changes_is_served_anew_in_debug(program: Path) -> None:
    app = app_of(program, debug=True)
    app.add_script("static/lib/scale.js")
    app.add_script("static/chart.js")
    visitor = Visitor(app)
    before = sources_of(visitor.get().text)[-1][1]
    assert visitor.get(before).text == CHART
    other = CHART.replace("chart", "shart")
    assert len(other) == len(CHART)
    change(program.parent / "static" / "chart.js", other)
    after = sources_of(visitor.get().text)
    assert visitor.get(before).status_code == 404
    assert after[-1][1] != before
    assert visitor.get(after[-1][1]).text == other
    assert visitor.get(after[-2][1]).text == SCALE


def test_script_that_is_gone_or_broken_for_a_moment_stays_as_it_was_in_debug(program: Path) -> None:
    app = app_of(program, debug=True)
    app.add_script("static/chart.js")
    visitor = Visitor(app)
    before = sources_of(visitor.get().text)[-1][1]
    (program.parent / "static" / "chart.js").write_bytes(b"\xff half")
    assert visitor.get(before).text == CHART
    (program.parent / "static" / "chart.js").unlink()
    assert visitor.get(before).text == CHART


def test_script_stays_as_it_was_read_without_debug(visitor: Visitor, program: Path) -> None:
    before = sources_of(visitor.get().text)
    change(program.parent / "static" / "chart.js", "other")
    assert sources_of(visitor.get().text) == before
    assert visitor.get(before[-1][1]).text == CHART
