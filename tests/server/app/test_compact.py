"""Scripts made small do what they did."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from pycommunicate.server.app.compact import compact

CLIENT = Path(__file__).parents[3] / "client"
SCRIPTS = ["pycommunicate.js", "hooks.js"]


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("const word = 1; // why\n/* and\nhow */ say(word);", "let e=1;say(e);"),
        ('say("// no comment", `/* nor ${/* but */ that} */`);', 'say("// no comment",`/* nor ${that} */`);'),
        ("export function tell(word) {\n  return word.word;\n}", "function t(e){return e.word}"),
        ("const one = (word) => ({ word, other: word });", "let t=e=>({word:e,other:e});"),
        ("const { word, other = word.other } = globe;", "let{word:e,other:t=e.other}=globe;"),
        ("for (const [, item] of list) { last = item; }", "for(let[,e]of list){last=e}"),
        (
            "class Thing { get size() { return this.size; } set(word) { this.word = word; } }",
            "class t{get size(){return this.size}set(e){this.word=e}}",
        ),
        ('const text = /[/"}]word/.test(word) / 2 / 3;', 'let e=/[/"}]word/.test(word)/2/3;'),
        ("const a1 = b - -c + ++d;", "let e=b- -c+ ++d;"),
        (
            "try { go(); } catch (error) { say(`${error}: ${`${[error].map((one) => one.at)}`}`); }",
            "try{go()}catch(e){say(`${e}: ${`${[e].map(t=>t.at)}`}`)}",
        ),
        (
            "if (word) { word = 1; } const word2 = () => { let other; return other; };",
            "if(word){word=1}let t=()=>{let e;return e};",
        ),
    ],
)
def test_script_keeps_its_meaning(source: str, small: str) -> None:
    assert compact(source) == small


def test_name_that_is_seen_is_not_given_to_another_variable() -> None:
    source = "const outer = 1; const f = (inner) => { const deep = 2; return [outer, inner, deep, a]; }; say(f(3));"
    program = (
        f"let said; const a = 4; const say = (x) => (said = x); {compact(source)} console.log(JSON.stringify(said))"
    )
    ran = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [1, 3, 2, 4]


@pytest.mark.parametrize("script", SCRIPTS)
def test_our_scripts_are_javascript_and_lose_no_word(script: str, tmp_path: Path) -> None:
    source = (CLIENT / script).read_text(encoding="utf-8")
    small = compact(source)
    path = tmp_path / "small.mjs"
    path.write_text(small, encoding="utf-8")
    checked = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    properties = re.compile(r"(?<!\.)\.(\w+)")
    without_comments = re.sub(r"^\s*//[^\n]*|/\*.*?\*/", "", source, flags=re.MULTILINE | re.DOTALL)
    assert properties.findall(small) == properties.findall(without_comments)


@pytest.mark.parametrize("script", SCRIPTS)
def test_our_scripts_declare_one_variable_at_a_time(script: str) -> None:
    source = (CLIENT / script).read_text(encoding="utf-8")
    assert not re.findall(r"^\s*(?:const|let) \w+(?: = [^;({\[`\"]*)?,", source, re.MULTILINE)
