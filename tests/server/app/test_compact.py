"""Scripts made small do what they did."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pycommunicate.server.app.compact import compact

CLIENT = Path(__file__).parents[3] / "client"
SCRIPTS = ["pycommunicate.js", "more.js", "hooks.js"]
ROOT = CLIENT.parent


def run(program: str) -> object:
    """Return what the program says."""
    program = f"let said; const say = (it) => (said = it); {program}; console.log(JSON.stringify(said))"
    ran = subprocess.run(["node", "-e", f'"use strict"; {program}'], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("const word = 1; // why\n/* and\nhow */ say(word);", "let e=1;say(e);"),
        ('say("// no comment", `/* nor ${/* but */ that} */`);', 'say("// no comment",`/* nor ${that} */`);'),
        ("export function tell(word) {\n  return word.word;\n}", "function e(e){return e.word}"),
        ("const one = (word) => ({ word, other: word });", "let e=e=>({word:e,other:e});"),
        ("const { word, other = word.other } = globe;", "let{word:e,other:t=e.other}=globe;"),
        ("for (const [, item] of list) { last = item; }", "for(let[,e]of list)last=e;"),
        (
            "class Thing { get size() { return this.size; } set(word) { this.word = word; } }",
            "class e{get size(){return this.size}set(e){this.word=e}}",
        ),
        ('const text = /[/"}]word/.test(word) / 2 / 3;', 'let e=/[/"}]word/.test(word)/2/3;'),
        ("const a1 = b - -c + ++d;", "let e=b- -c+ ++d;"),
        (
            "try { go(); } catch (error) { say(`${error}: ${`${[error].map((one) => one.at)}`}`); }",
            "try{go()}catch(e){say(`${e}: ${`${[e].map(e=>e.at)}`}`)}",
        ),
        (
            "if (word) { word = 1; } const word2 = () => { let other; return other; };",
            "if(word)word=1;let e=()=>{let e;return e};",
        ),
        ("const one = 1; let two; const three = () => { let x = 1; }; go();", "let e=1,t,n=()=>{let e=1};go();"),
        (
            "go(); let one = 1; if (a) b(); let two; for (let i = 0; i < 2;) i++;",
            "go();let t=1;if(a)b();let n;for(let e=0;e<2;)e++;",
        ),
        ("if (a) { go(); } else { stop(); }", "if(a)go();else stop();"),
        ("if (a) { if (b) { go(); } } else { const c = 1; }", "if(a){if(b)go()}else{let e=1}"),
        (
            "for (const a of b) { go(a); } while (b) { go(() => { 1; 2; }); } do { go(); } while (b);",
            "for(let e of b)go(e);while(b)go(()=>{1;2});do{go()}while(b);",
        ),
        (
            'const SIZE = 16; const TEXT = "a b"; say(`${TEXT}`, x ? SIZE : 2, { SIZE: SIZE }, it.SIZE);',
            'say(`${"a b"}`,x?16:2,{SIZE:16},it.SIZE);',
        ),
        ("const [ONE, TWO] = Array(2).keys(); switch (x) { case TWO: go(ONE); }", "switch(x){case 1:go(0)}"),
        ("const SIZE = 1 << 4; say(SIZE);", "let e=1<<4;say(e);"),
        (
            "say([function find(a) { a(); }, function get(a) {}], function () {});",
            "say([function(e){e()},function(e){}],function(){});",
        ),
        ('say(true, "true", `true`, [false]);', 'say(!0,"true",`true`,[!1]);'),
        (
            'this._size = it.size + it._size; const { _two: two } = it; say("_two");',
            'this.e=it.size+it.e;let{t:e}=it;say("_two");',
        ),
        ("const word = 1; const f = () => { const other = 2; g(other); };", "let e=1,t=()=>{let e=2;g(e)};"),
    ],
)
def test_script_keeps_its_meaning(source: str, small: str) -> None:
    assert compact(source) == small


@pytest.mark.parametrize(
    "source",
    [
        "const outer = 1; const f = (inner) => { const deep = 2; return [outer, inner, deep, a]; }; say(f(3));",
        "const x = 1; const f = (y) => { let z = 2; { const x = 3; z += x; } return [x, y, z]; }; say(f(4));",
        "const x = 1; const all = []; for (const x of [2, 3]) { all.push(x); } all.push(x); say(all);",
        "const x = 1; say([[2].map((x) => x), x, [3].map((y) => [x, y]), ((x) => { x++; return x; })(4), x]);",
        "function f(x, [, y]) { let z; { const x = 5; z = x + y; } return [x, y, z]; } say(f(1, [2, 3]));",
        "function f(unused) { let x = 7; return x; } say(f(1));",
        "const f = () => { try { throw 1; } catch (e) { let x = 2; return x + e; } }; say(f());",
        "const f = ({ x, y = x }, z = y) => [x, y, z].map((y) => y + x); say(f({ x: 1 }));",
        "const g = 1; class T { g(x) { return [g, x, this.h]; } get h() { return g; } } say(new T().g(2));",
        "let n = 0; if (a) { n = 1; } else { n = 2; } for (const y of [1]) { n++; } say([n, /[{;}]/.test(`{${n}`)]);",
    ],
)
def test_variable_is_not_taken_for_another(source: str) -> None:
    assert run(f"const a = 4; {compact(source)}") == run(f"const a = 4; {source}")


def test_scripts_that_are_made_small_together_share_the_names_of_their_properties() -> None:
    first, second = "it._a = it._b + it._b;", "say(it._b, it._c, it._c, it._c, it.e);"
    assert compact(first, second) == "it.s=it.t+it.t;"
    assert compact(second, first) == "say(it.t,it.n,it.n,it.n,it.e);"


def test_small_client_speaks_the_protocol(tmp_path: Path) -> None:
    source = (CLIENT / "pycommunicate.js").read_text(encoding="utf-8")
    names = re.findall(r"^export (?:class|function|const) (\w+)", source, re.MULTILINE)
    names += re.findall(r"\w+", "".join(re.findall(r"^export const \[(.*?)\]", source, re.MULTILINE)))
    assert {"decode", "Channel", "WELCOME"} < {*names}
    small = compact(f"{source}\nglobalThis.small = {{ {', '.join(f'{name}: {name}' for name in names)} }};")
    (tmp_path / "client").mkdir()
    exports = f"\nexport const {{ {', '.join(names)} }} = globalThis.small;"
    (tmp_path / "client" / "pycommunicate.js").write_text(small + exports, encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "protocol").symlink_to(ROOT / "protocol")
    tests = tmp_path / "tests" / "client"
    tests.mkdir(parents=True)
    for name in ("notation.mjs", "codec.test.mjs", "flows.test.mjs", "vectors.test.mjs"):
        shutil.copy(ROOT / "tests" / "client" / name, tests)
    ran = subprocess.run(["node", "--test"], cwd=tests, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:]


@pytest.mark.parametrize("script", SCRIPTS)
def test_our_scripts_are_javascript_and_lose_no_word(script: str, tmp_path: Path) -> None:
    source = re.sub(r"\b_(\w+)", r"own_\1", (CLIENT / script).read_text(encoding="utf-8"))
    small = compact(source)
    path = tmp_path / "small.mjs"
    path.write_text(small, encoding="utf-8")
    checked = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    without_comments = re.sub(r"^\s*//[^\n]*|/\*.*?\*/", "", source, flags=re.MULTILINE | re.DOTALL)
    without_comments = re.sub(r" = Array\(\d+\)\.keys\(\);", "", without_comments)
    # A text may stand elsewhere.
    before, after = (
        re.findall(r"(?<!\.)\.(\w+)", re.sub(r'"(?:\\.|[^"\\\n])*"', "", text)) for text in (without_comments, small)
    )
    assert after == before


@pytest.mark.parametrize("script", SCRIPTS)
def test_our_scripts_declare_one_variable_at_a_time(script: str) -> None:
    source = (CLIENT / script).read_text(encoding="utf-8")
    assert not re.findall(r"^\s*(?:const|let) \w+(?: = [^;({\[`\"]*)?,", source, re.MULTILINE)
