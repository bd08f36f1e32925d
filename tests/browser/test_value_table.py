"""The table of values (spec 7.1) as a round trip through a real Chromium: 10,000 values of each side."""

from __future__ import annotations

import base64
import pickle
import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.support.bench import Bench

#: So many go in one frame, so many times.
AT_ONCE, TIMES = 50, 200

EDGES = [2**53 - 1, 2**53, -(2**53), 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, -32, -33, -129, 255, 256, 2**32]
FLOATS = [0.0, -0.0, float("nan"), float("inf"), float("-inf"), 5e-324, 1.7976931348623157e308, 2.0**53, 0.1]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
#: Whole milliseconds of the years that everybody's dates reach.
DATES = -62135596800000, 253402300799999
LETTERS = "a \x00\x7f\xe9\u20ac\ufeff\uffff\U0001f600\u0301"


def text(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randrange(chance.choice((4, 40)))))


def value(chance: random.Random, depth: int = 3) -> Any:
    """Returns one of any row of the table that has a word in Python."""
    kind = chance.randrange(12 if depth else 9)
    match kind:
        case 0:
            return chance.choice((None, True, False))
        case 1:
            return chance.choice(EDGES)
        case 2:
            return chance.choice((-1, 1)) * chance.getrandbits(chance.randrange(1, 80))
        case 3:
            return chance.choice(FLOATS)
        case 4:
            return chance.uniform(-1, 1) * 2 ** chance.randrange(90)
        case 5 | 6:
            return text(chance)
        case 7:
            return chance.randbytes(chance.choice((0, 3, 300)))
        case 8:
            return EPOCH + timedelta(milliseconds=chance.randrange(*DATES))
        case 9:
            return {text(chance): value(chance, depth - 1) for _ in range(chance.randrange(5))}
    return [value(chance, depth - 1) for _ in range(chance.randrange(5))]


#: Runs in the app: says which of the values came back as others, by kind as well as by value.
ROUND_TRIP = """
import base64, math, pickle
values = pickle.loads(base64.b64decode({pickled!r}))

def same(sent, got):
    if type(sent) is float and sent.is_integer() and abs(sent) < 2**53 and (sent or math.copysign(1, sent) > 0):
        return type(got) is int and sent == got  # JavaScript has one kind of number
    if type(sent) is not type(got):
        return False
    if type(sent) is float:
        return math.isnan(got) if math.isnan(sent) else (sent, math.copysign(1, sent)) == (got, math.copysign(1, got))
    if type(sent) is list:
        return len(sent) == len(got) and all(map(same, sent, got))
    if type(sent) is dict:
        return sent.keys() == got.keys() and all(same(sent[key], got[key]) for key in sent)
    return sent == got

body = element("body")
body.set_property("held", values)
result = [(sent, got) for sent, got in zip(values, body.get_property("held"), strict=True) if not same(sent, got)]
"""


@pytest.mark.parametrize("tenth", range(10))
def test_values_of_python_come_back_from_javascript_as_they_went(bench: Bench, tenth: int) -> None:
    for seed in range(tenth * TIMES // 10, (tenth + 1) * TIMES // 10):
        chance = random.Random(seed)
        pickled = base64.b64encode(pickle.dumps([value(chance) for _ in range(AT_ONCE)])).decode()
        assert bench.run(ROUND_TRIP.format(pickled=pickled)) == "[]", f"seed {seed}"


#: Runs in the browser: makes values of the table's rows, and compares what has come back with what the table says.
MAKE = """
(seed) => {
    let state = seed;
    const random = () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const below = (n) => Math.floor(random() * n);
    const text = () => String.fromCharCode(...Array.from({length: below(6)}, () =>
        [below(128), below(0x10000), 0xd800 + below(0x800)][below(3)]));
    const bytes = () => Uint8Array.from({length: below(9)}, () => below(256));
    const list = (depth) => Array.from({length: below(4)}, () => value(depth - 1));
    const leaves = [
        () => null, () => undefined, () => random() < 0.5, text,
        () => below(300) - 150, () => (random() - 0.5) * 2 ** below(80), () => Math.trunc((random() - 0.5) * 2 ** 60),
        () => [NaN, Infinity, -Infinity, -0, 2 ** 53, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE][below(7)],
        () => (random() < 0.5 ? 1n : -1n) * BigInt(Math.floor(random() * 2 ** 53)) ** BigInt(below(4)),
        () => new Date(Math.floor((random() - 0.2) * 1e14)), bytes, () => bytes().buffer,
        () => new Int16Array(below(4)), () => new DataView(bytes().buffer),
    ];
    const branches = [
        (depth) => list(depth), (depth) => new Set(list(depth)),
        (depth) => Object.fromEntries(list(depth).map((item) => [text(), item])),
        (depth) => new Map(list(depth).map((item) => [text(), item])),
    ];
    const value = (depth) =>
        depth && random() < 0.3 ? branches[below(branches.length)](depth) : leaves[below(leaves.length)]();

    const wellFormed = (text) => text.toWellFormed();
    // What a value is when it has been to the server and back.
    const table = (value) => {
        if (value === undefined || value === null) return null;
        if (typeof value === "string") return wellFormed(value);
        if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
        if (typeof value !== "object" || value instanceof Date) return value;
        if (value instanceof ArrayBuffer) return new Uint8Array(value);
        if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        if (value instanceof Map || !(Symbol.iterator in value)) {
            const entries = value instanceof Map ? [...value] : Object.entries(value);
            return new Map(entries.map(([key, item]) => [wellFormed(key), table(item)]));
        }
        return [...value].map(table);
    };
    const same = (a, b) => {
        if (a instanceof Map) {
            if (Object.prototype.toString.call(b) !== "[object Object]") return false;
            const entries = Object.entries(b);
            return entries.length === a.size && entries.every(([key, item]) => same(a.get(key), item));
        }
        if (Array.isArray(a)) return a.length === b?.length && a.every((item, i) => same(item, b[i]));
        if (a instanceof Uint8Array) return b instanceof Uint8Array && a.join() === b.join();
        if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
        return Object.is(a, b);
    };
    const made = Array.from({length: %d}, () => value(3));
    document.body.held = made;
    document.body.wrong = () => made.flatMap((one, i) => same(table(one), document.body.back[i]) ? [] : [i]);
}
"""


@pytest.mark.parametrize("tenth", range(10))
def test_values_of_javascript_come_back_from_python_as_the_table_has_them(bench: Bench, tenth: int) -> None:
    for seed in range(tenth * TIMES // 10, (tenth + 1) * TIMES // 10):
        bench.page.evaluate(MAKE % AT_ONCE, seed)
        bench.run('element("body").set_property("back", element("body").get_property("held"))')
        assert bench.page.evaluate("document.body.wrong()") == [], f"seed {seed}"


def test_nodes_come_back_as_the_same_wrapper_at_any_depth(bench: Bench) -> None:
    code = """
    body = element("body")
    button = element("#run")
    body.set_property("held", {"nodes": [button, [body]], "none": None})
    held = body.get_property("held")
    result = (held["nodes"][0] is button, held["nodes"][1][0] is body, held["none"])
    """
    assert bench.run(code) == "(True, True, None)"
    assert bench.page.evaluate("document.body.held.nodes[0] === document.querySelector('#run')") is True
