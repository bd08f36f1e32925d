"""A thousand pages that lose their sockets at the same moment: all come back, and nothing is lost or comes twice."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import urlopen

from tests.conftest import StartApp
from tests.support.crowd import Crowd

PROGRAM = Path(__file__).with_name("program")
PAGES = 1_000
COUNT = 1


def fetch(url: str) -> str:
    with urlopen(url, timeout=20) as response:
        text: str = response.read().decode()
    return text


def test_a_thousand_pages_cut_at_once_come_back_and_handle_and_show_everything_exactly_once(
    app_server: StartApp,
) -> None:
    app = app_server(PROGRAM)
    with Crowd(app.url) as crowd:
        crowd.open(PAGES)
        for turn, backoff in ((1, True), (2, False)):
            crowd.click(COUNT, 2)
            crowd.cut()  # in the midst of that: some clicks, reads, answers and writes are on their way
            crowd.click(COUNT, 2)
            assert fetch(f"{app.url}/write/away{turn}") == str(PAGES)
            seconds = crowd.resume(backoff=backoff)
            print(f"{PAGES} pages are back after {seconds:.2f} s {'with' if backoff else 'without'} backoff")
            crowd.wait_for_texts(1 + turn * 5)
        crowd.click(COUNT)  # behind everything: what came twice would have come before
        crowd.wait_for_texts(1 + 2 * 5 + 1)
        texts = crowd.texts()

        for name, seen in enumerate(texts):
            counted = [text for text in seen if text[0].isdigit()]
            assert counted == [f"{number} {name}" for number in range(1, 10)]
            assert [text for text in seen if text not in counted] == ["ready", "away1", "away2"]
        assert json.loads(fetch(f"{app.url}/counts")) == [PAGES, [9] * PAGES]
