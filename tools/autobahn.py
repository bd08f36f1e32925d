"""Runs Autobahn's test suite, cases 1 to 10, against an echo on our transport: ``make autobahn``.

The suite is written for Python 2.7, which must be there; all else is installed below ``build/autobahn``.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from gevent import subprocess as green

from pycommunicate.transport.frames import BINARY, TEXT, encode_frame
from pycommunicate.transport.server import Server
from pycommunicate.transport.websocket import CarrierSocket, Handler

SUITE = "autobahntestsuite==25.10.1"
FOLDER = Path(__file__).parents[1] / "build" / "autobahn"
#: Seconds for all cases; they take about half a minute.
TIME = 10 * 60
CASES = [f"{section}.*" for section in range(1, 11)]
#: Compression, which no extension of ours ever is.
EXCLUDED = ["12.*", "13.*"]
#: Bytes: cases 9 send so much.
MAX_SIZE = 16 * 1024 * 1024


class EchoSocket(CarrierSocket):
    """Sends text back too, which no page's frame is."""

    __slots__ = ()

    def _deliver(self, opcode: int, payload: bytes) -> None:
        assert opcode in (TEXT, BINARY)
        self._writer.write(encode_frame(opcode, payload))


class EchoHandler(Handler):
    socket_class = EchoSocket


class EchoServer(Server):
    handler_class = EchoHandler


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Accept every WebSocket."""
    environ["wsgi.websocket"].accept(None, "", MAX_SIZE)
    return []


def find_python2() -> str:
    """Return a Python 2.7: PYTHON2, or one from PATH or pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for candidate in (os.environ.get("PYTHON2"), "python2.7", *map(str, sorted(pyenv.glob("2.7.*/bin/python2.7")))):
        found = candidate and shutil.which(candidate)
        # A pyenv shim on PATH may be an empty promise.
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            return found
    sys.exit("Autobahn's test suite needs Python 2.7 with pip: put python2.7 on PATH, or its path into PYTHON2")


def install(python: str) -> Path:
    """Return the suite's command, installed if it is not there yet."""
    command = FOLDER / "env" / "bin" / "wstest"
    if not command.exists():
        print(f"installing {SUITE} with {python} ...", flush=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--user", "--no-warn-script-location", SUITE],
            env=environment(),
            check=True,
        )
    return command


def environment() -> dict[str, str]:
    """Return the environment in which Python 2.7 has a home of its own."""
    own = {"PYTHONUSERBASE": str(FOLDER / "env"), "PYTHONWARNINGS": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**os.environ, **own}


def run(python: str, command: Path) -> dict[str, dict[str, Any]]:
    """Return the suite's verdict on each case."""
    report = FOLDER / "report"
    shutil.rmtree(report, ignore_errors=True)
    server = EchoServer(("127.0.0.1", 0), echo)
    server.start()
    spec = FOLDER / "spec.json"
    testee = {"agent": "pycommunicate", "url": f"ws://127.0.0.1:{server.server_port}", "options": {"version": 18}}
    spec.write_text(json.dumps({"outdir": str(report), "servers": [testee], "cases": CASES, "exclude-cases": EXCLUDED}))
    with (FOLDER / "log.txt").open("wb") as log:
        client = green.Popen(
            [python, str(command), "-m", "fuzzingclient", "-s", str(spec)], env=environment(), stdout=log, stderr=log
        )
        try:
            with gevent.Timeout(TIME, SystemExit(f"the cases took more than {TIME} s; see {log.name}")):
                status = client.wait()
        finally:
            if client.poll() is None:
                client.kill()
            server.stop(timeout=1)
    index = report / "index.json"
    if status != 0 or not index.exists():
        sys.exit(f"the suite ended with {status}; see {log.name}")
    verdicts: dict[str, dict[str, Any]] = json.loads(index.read_text())["pycommunicate"]
    return verdicts


def main() -> int:
    python = find_python2()
    FOLDER.mkdir(parents=True, exist_ok=True)
    logging.getLogger("pycommunicate").addHandler(logging.NullHandler())  # every third case breaks a rule
    verdicts = run(python, install(python))
    counts = Counter(verdict["behavior"] for verdict in verdicts.values())
    closes = Counter(verdict["behaviorClose"] for verdict in verdicts.values())
    bad = {
        case: verdict
        for case, verdict in verdicts.items()
        if verdict["behavior"] not in ("OK", "INFORMATIONAL") or verdict["behaviorClose"] not in ("OK", "INFORMATIONAL")
    }
    for case, verdict in bad.items():
        print(f"{case}: {verdict['behavior']}, close {verdict['behaviorClose']}: {verdict['reportfile']}")
    failed = len(verdicts) - counts["OK"] - counts["NON-STRICT"] - counts["INFORMATIONAL"]
    unclean = len(verdicts) - closes["OK"] - closes["INFORMATIONAL"]
    print(
        f"Autobahn: {len(verdicts)} cases: {counts['OK']} ok, {counts['NON-STRICT']} non-strict, "
        f"{counts['INFORMATIONAL']} informational, {failed} failed; {unclean} unclean closes"
    )
    print(f"The report is in {FOLDER / 'report' / 'index.html'}")
    return 1 if bad or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
