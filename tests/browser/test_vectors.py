"""The tests of the client's codec and channel, the vectors among them, in Chromium: the files that node runs."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route

from tests.support.tab import Tab

ROOT = Path(__file__).parents[2]
FILES = sorted(path.name for path in (ROOT / "tests" / "client").glob("*.test.mjs"))
KINDS = {".mjs": "text/javascript", ".js": "text/javascript", ".json": "application/json"}

# What node has and a browser has not.
PAGE = """<!DOCTYPE html>
<script type="importmap">{"imports": {
    "node:test": "/tests/browser/node/test.mjs",
    "node:assert/strict": "/tests/browser/node/assert.mjs",
    "node:fs": "/tests/browser/node/fs.mjs"
}}</script>
<script>
const digits = byte => byte.toString(16).padStart(2, "0");
globalThis.Buffer = {
    from: data => typeof data === "string"
        ? Uint8Array.from(data.match(/../g) ?? [], pair => parseInt(pair, 16))
        : { toString: () => Array.from(data, digits).join("") },
};
</script>
"""
RUN = "file => import(`/tests/client/${file}`).then(() => import('node:test')).then(node => node.runAll())"


def serve(route: Route) -> None:
    """Answer a request with a file of the checkout, or with the list of a folder."""
    path = ROOT / urlsplit(route.request.url).path.lstrip("/")
    if path == ROOT:
        route.fulfill(body=PAGE, content_type="text/html")
    elif path.is_dir():
        route.fulfill(body=json.dumps(sorted(one.name for one in path.iterdir())), content_type="application/json")
    elif path.suffix in KINDS and path.is_file():
        route.fulfill(body=path.read_bytes(), content_type=KINDS[path.suffix])
    else:
        route.fulfill(status=404)


@pytest.mark.parametrize("file", FILES)
def test_what_node_runs_passes_in_chromium(file: str, tab: Tab) -> None:
    tab.page.route("http://localhost/**", serve)
    tab.page.goto("http://localhost/")
    done = tab.page.evaluate(RUN, file)
    assert done["failed"] == []
    assert done["count"] > 5
