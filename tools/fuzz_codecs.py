"""Spoils the vectors' frames at random, and looks for one that Python's codec and the client's do not see alike.

What is found is added to the vectors of codec/, as Python sees it, under a name that asks for a look: which of the two
is right is for the spec to say.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol.codec import unpack
from tests.support.notation import PROTOCOL, to_notation

CODEC = PROTOCOL / "v1" / "vectors" / "codec"
JUDGE = Path(__file__).parents[1] / "tests" / "client" / "judge.mjs"
#: First bytes of all forms that msgpack has, so that a spoiled byte is one of them now and then.
HEADS = bytes(range(0xC0, 0xE0))
REFUSED = "refused"
_MOST = 400


def seeds() -> list[bytes]:
    """Return all frames of the vectors but the largest, which are about depth and size."""
    found = []
    for path in sorted((PROTOCOL / "v1" / "vectors").glob("*/*.json")):
        if path.parent.name in ("codec", "messages"):
            for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
                hexes = case.get("hex", [])
                found += [bytes.fromhex(one) for one in ([hexes] if isinstance(hexes, str) else hexes)]
    return [data for data in found if len(data) <= _MOST]


def spoiled(frames: list[bytes], random: Random) -> Iterator[bytes]:
    """Yield frames that are spoiled in some way, without end."""
    while True:
        data = bytearray(random.choice(frames))
        for _ in range(random.choice((1, 1, 2, 4))):
            at = random.randrange(len(data) + 1)
            match random.randrange(6):
                case 0 if data:
                    data[at % len(data)] = random.randrange(256)
                case 1 if data:
                    data[at % len(data)] = random.choice(HEADS)
                case 2:
                    data[at:at] = random.randbytes(random.choice((1, 2, 4, 8)))
                case 3:
                    del data[at : at + random.choice((1, 2, 4))]
                case 4:
                    data[at:at] = random.choice(frames)
                case 5:
                    del data[at:]
        yield bytes(data)


def in_python(data: bytes) -> str:
    """Return what Python's codec makes of a frame: its value in the notation, or that it is refused."""
    try:
        return as_both_have_it(to_notation(unpack(data)))
    except RemoteProtocolError:
        return REFUSED


def as_both_have_it(notation: Any) -> str:
    """Return a notation as a text that tells nothing of the order of keys, and whole floats from no integers."""
    return json.dumps(_alike(notation))


def _alike(notation: Any) -> Any:
    match notation:
        case list():
            return [_alike(item) for item in notation]
        case {"$float": text}:
            number = float(text)
            is_integer = number.is_integer() and abs(number) < 2**53 and str(number) != "-0.0"
            return int(number) if is_integer else {"$float": str(number)}
        case {"$map": pairs}:
            return {"$map": sorted([key, _alike(item)] for key, item in pairs)}
    return notation


def in_javascript(frames: Iterable[bytes]) -> list[str]:
    """Return what the client's codec makes of frames."""
    lines = "".join(f"{data.hex()}\n" for data in frames)
    done = subprocess.run(["node", str(JUDGE)], input=lines, capture_output=True, text=True, check=True)
    return [line if line == REFUSED else as_both_have_it(json.loads(line)) for line in done.stdout.splitlines()]


def disagreements(count: int, seed: int) -> list[tuple[bytes, str, str]]:
    """Return frames that are not seen alike, with both views."""
    random = Random(seed)
    frames = list(dict.fromkeys(islice(spoiled(seeds(), random), count)))
    views = zip(frames, map(in_python, frames), in_javascript(frames), strict=True)
    return [(data, ours, theirs) for data, ours, theirs in views if ours != theirs]


def add(data: bytes, ours: str) -> None:
    """Add a frame to the vectors."""
    path = CODEC / ("refuse.json" if ours == REFUSED else "accept.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    case: dict[str, Any] = {"name": f"LOOK AT THIS, found by fuzzing: {data.hex()}"}
    case |= {"hex": data.hex()} if ours == REFUSED else {"value": json.loads(ours), "hex": [data.hex()]}
    content["cases"].append(case)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Run; return how many frames were not seen alike, at most 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--add", action="store_true", help="add what is found to the vectors")
    options = parser.parse_args()
    found = disagreements(options.count, options.seed)
    for data, ours, theirs in found[:20]:
        print(f"{data.hex()}\n  Python:     {ours:.200}\n  JavaScript: {theirs:.200}")
        if options.add:
            add(data, ours)
    print(f"{len(found)} of {options.count} frames are not seen alike")
    return min(1, len(found))


if __name__ == "__main__":
    sys.exit(main())
