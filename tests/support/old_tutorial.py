"""The tutorial of the 0.0.7 manual: its program as it is printed there, and with the few lines that must be others."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CHANGES", "PRINTED", "PROGRAM", "TEMPLATES"]

_FOLDER = Path(__file__).parents[1] / "compat" / "tutorial"

#: As it is printed, for eventlet.
PRINTED = (_FOLDER / "main.txt").read_text(encoding="utf-8")
TEMPLATES = {"home.html": (_FOLDER / "home.html").read_text(encoding="utf-8")}

#: All that has to be written in another way: eventlet's lines in gevent's words, and where the app is imported from.
CHANGES = {
    "import eventlet": "import gevent.pool\nimport gevent.queue",
    "eventlet.queue.Queue()": "gevent.queue.Queue()",
    "eventlet.greenpool.GreenPool(2)": "gevent.pool.Pool(2)",
    "pool.spawn_n(": "pool.spawn(",
    "from pycommunicate.server.app.communicate import": "from pycommunicate.compat.v0_0_7 import",
}

PROGRAM = PRINTED
for _old, _new in CHANGES.items():
    PROGRAM = PROGRAM.replace(_old, _new)
