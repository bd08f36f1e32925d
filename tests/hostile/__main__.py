"""``python -m tests.hostile``: attack a whole server over real WebSockets, and see what others notice of it.

Three processes: the server, the attackers, and (this one) a page that only wants to be used. Its latency from a click
over a read to a write is compared with what it was before. The attackers keep to a rate, because the three share the
machine.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from time import monotonic, sleep
from typing import Any

from gevent import socket

from tests.hostile.bystander import Bystander
from tests.hostile.campaign import TARGET, Campaign
from tests.hostile.floods import FLOODS, run
from tests.support.app_server import AppServer
from tests.support.sessions import record
from tests.support.wire import WireClient

#: Small, so that what is kept by design is at its bound soon and memory can be seen to be flat.
_SETTINGS = {
    "max_users": 300,
    "unclaimed_lifetime": 2,
    "detached_lifetime": 2,
    "left_lifetime": 1,
    "max_unclaimed_pages": 500,
    "max_waiting_sockets": 500,
    "stop_timeout": 1,
}
_IDLE = 5.0
#: Seconds in which what has ended must be gone: the lifetimes above, and some.
_SETTLE = 10.0
#: The bystander's page, and the one that is asked for the report.
_LIVING = 2
#: How many times as long others may wait as when nothing else happens, and milliseconds that are no fault in any case.
#: The median must hardly be seen to change. What is above it has waited for somebody else's largest frames: one of a
#: megabyte is decoded in one go, in up to 0.1 seconds, and attackers and server share what cores there are.
_LATENCY = {50: (1.5, 1.0), 95: (6.0, 15.0), 99: (10.0, 100.0)}
#: Milliseconds that are the median's no fault where a flood keeps the core busy: others wait for a turn of it.
_TURN = 5.0
#: Bytes that memory may grow by over the second half, when all that is kept by design has been at its bound for long:
#: so many in any case, as the allocator takes whole arenas of a mebibyte and hands back none that is in use anywhere;
#: and so many for each page, which is less than the smallest object that a page consists of.
_NOISE, _LEAK = 2 * 2**20, 256
#: Bytes that a flood may take at its height: what is bound by its number (pages, sockets, users) times what one takes.
_HEIGHT = 48 * 2**20
#: Lines of the log, for each page, about writes which its browser said to have failed; its end has one in any case.
_FAILURES = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the options say; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--frames", type=int, default=100_000, help="spoiled sessions of so many frames (100000)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="of all choices; printed (random)")
    parser.add_argument("--rate", type=float, default=500, help="frames a second (500); 0 for as many as go")
    parser.add_argument("--flood", choices=list(FLOODS), action="append", help="this flood instead; may be repeated")
    parser.add_argument("--seconds", type=float, default=10, help="that a flood lasts (10)")
    parser.add_argument("--attack", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.attack:
        print(json.dumps(_attack(options)))
        return 0
    print(f"seed {options.seed}")
    faults: list[str] = []
    for flood in options.flood or [""]:
        faults += _measure(options, flood)
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _attack(options: argparse.Namespace) -> dict[str, Any]:
    """Be the attackers, who would be elsewhere: here they get what the other two leave of the machine."""
    os.nice(10)
    if options.flood:
        return {"done": run(FLOODS[options.flood[0]], options.attack, options.seconds)}
    session = record(WireClient(options.attack, socket))
    campaign = Campaign(options.attack, session, options.seed, rate=options.rate)
    campaign.run(options.frames)
    hostile = sum(one.hostile for one in campaign.outcomes)
    unheard = sum(not one.why and not one.code for one in campaign.outcomes)
    return {
        "frames": campaign.sent,
        "pages": len(campaign.outcomes),
        "ended": dict(campaign.ended),
        "hostile": hostile,
        "unheard": unheard,
        "wrong": campaign.wrong,
    }


def _measure(options: argparse.Namespace, flood: str) -> list[str]:
    """Let the server be attacked, and print what comes of it; return what must not be."""
    server = AppServer(TARGET, environment={"TARGET_SETTINGS": json.dumps(_SETTINGS)})
    server.start()
    try:
        return _run(server, options, flood)
    finally:
        server.stop()


def _run(server: AppServer, options: argparse.Namespace, flood: str) -> list[str]:
    assert server.process is not None
    bystander = Bystander(server.url)
    bystander.click_for(1)
    idle = bystander.click_for(_IDLE)
    command = [sys.executable, "-m", "tests.hostile", "--attack", server.url, "--seed", str(options.seed)]
    command += ["--frames", str(options.frames), "--rate", str(options.rate), "--seconds", str(options.seconds)]
    command += ["--flood", flood] if flood else []
    began, attacked = monotonic(), []
    memory: list[tuple[float, int]] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attackers:
        while attackers.poll() is None:
            attacked += bystander.click_for(0.5)
            memory.append((monotonic() - began, _rss(server.process.pid)))
        output = attackers.stdout.read() if attackers.stdout else ""
    seconds = monotonic() - began
    after = bystander.click_for(_IDLE)
    said = json.loads(output) if output else {"wrong": ["the attackers failed"]}
    print(f"{flood or 'spoiled sessions'}: {said}, in {seconds:.0f} s")
    faults = [*said.get("wrong", []), *_latency(idle + after, attacked, flood)]
    faults += _memory(memory, 0 if flood else said.get("pages", 0) // 2)
    faults += _left(server.url)
    if not flood:
        faults += _log(server.log, said)
    return faults


def _latency(idle: list[float], attacked: list[float], flood: str) -> list[str]:
    """Print what others waited; return it if it was too long."""
    faults = []
    for percent, (most, never) in _LATENCY.items():
        before, then = (_percentile(values, percent) * 1000 for values in (idle, attacked))
        print(f"  others: p{percent} {before:.2f} ms idle, {then:.2f} ms under attack: x{then / before:.2f}")
        if then > max(most * before, never, _TURN if flood else 0.0):
            faults.append(f"others waited {then / before:.2f} times as long (p{percent}), {most:g} are the most")
    return faults


def _memory(samples: list[tuple[float, int]], pages: int) -> list[str]:
    """Print what memory the server took; return what is too much.

    Args:
        samples: Seconds and bytes.
        pages: How many came and went in the second half of the time; 0 if that is not known.
    """
    faults = []
    first, height = samples[0][1], max(rss for _, rss in samples)
    print(f"  memory: from {first / 2**20:.1f} MiB to at most {height / 2**20:.1f} MiB")
    if height - first > _HEIGHT:
        faults.append(f"memory has grown by {(height - first) / 2**20:.1f} MiB, {_HEIGHT / 2**20:.0f} are the most")
    half = samples[len(samples) // 2 :]
    if len(half) > 10:
        slope = linear_regression([at for at, _ in half], [rss for _, rss in half]).slope
        grown = slope * (half[-1][0] - half[0][0])
        print(f"  memory: {slope / 1024:.1f} KiB/s over the second half, {grown / 2**20:.2f} MiB in all of it")
        if pages and grown > _NOISE + _LEAK * pages:
            faults.append(f"memory has grown by {grown / 2**20:.2f} MiB while {pages} pages came and went")
    return faults


def _left(url: str) -> list[str]:
    """Print what the server has left; return it if it is too much."""
    report = _settled(url)
    print(f"  left: {report}")
    left = report["attached"] > 1 or report["pages"] > _LIVING
    return [f"pages are left: {report}"] if left else []


def _settled(url: str) -> dict[str, Any]:
    """Return what the target says of itself, as soon as no page is left but the bystander's, or after a while."""
    until = monotonic() + _SETTLE
    while True:
        report: dict[str, Any] = json.loads(WireClient(url, timeout=30).get("/report").text)
        if report["pages"] <= _LIVING or monotonic() > until:
            return report
        sleep(0.2)


def _log(log: str, said: dict[str, Any]) -> list[str]:
    counts, odd = Campaign("", [], 0).lines_in(log.partition("stops it)\n")[2])
    lines = counts["page"] + counts["socket"] + counts["refusal"]
    print(f"  log: {dict(counts)}, {len(odd)} others; {said['hostile']} pages ended for what was sent")
    if not said["hostile"] <= lines <= said["hostile"] + said["unheard"]:
        odd.append(f"{lines} lines of {said['hostile']} pages that ended for what was sent ({said['unheard']} unheard)")
    if counts["failure"] > _FAILURES * said["pages"]:
        odd.append(f"{counts['failure']} lines about failed writes, of {said['pages']} pages")
    return odd[:20]


def _percentile(values: list[float], percent: float) -> float:
    return sorted(values)[int(len(values) * percent / 100)]


def _rss(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * 4096


if __name__ == "__main__":
    sys.exit(main())
