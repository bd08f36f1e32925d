"""The protocol's documents say the same as each other, and as the code."""

from __future__ import annotations

import ast
import json
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import pycommunicate
from pycommunicate.protocol import Limits, codec, messages, ops
from pycommunicate.protocol.states import LOST, TABLE, State
from tests.protocol.test_vectors import CLASSES
from tests.support.notation import PROTOCOL, from_notation
from tools.states import diagram

ROOT = PROTOCOL.parent
SPEC = (PROTOCOL / "v1" / "spec.md").read_text(encoding="utf-8")
MACHINE: dict[str, Any] = json.loads((PROTOCOL / "v1" / "messages.json").read_text(encoding="utf-8"))
SECTIONS = re.findall(r"^#+ (\d+(?:\.\d+)?) ", SPEC, re.MULTILINE)
OP_TYPES: dict[str, Any] = {
    "number": int,
    "ref": int,
    "text": str,
    "name": (str, list),
    "value": object,
    "list of values": list,
    "list of numbers": list,
    "pairs": list,
    "boolean": bool,
    "map": dict,
}


def section(number: str) -> str:
    """Returns the text of one section, without those below it."""
    found = re.search(rf"^#+ {re.escape(number)} .*?(?=^#|\Z)", SPEC, re.MULTILINE | re.DOTALL)
    assert found, f"no section {number}"
    return found[0]


def tables(number: str) -> list[list[list[str]]]:
    """Returns the tables of one section: rows of cells, without code quotes and heads."""
    found = re.findall(r"(?:^\|.*\|\n?)+", section(number), re.MULTILINE)
    rows = [[[cell.strip() for cell in row.strip("|").split(" | ")] for row in one.split("\n") if row] for one in found]
    return [[[_unquoted(cell) for cell in row] for row in table[2:]] for table in rows]


def _unquoted(cell: str) -> str:
    found = re.fullmatch(r"\|?\s*`([^`]*)`\s*\|?", cell)
    return found[1] if found else cell.strip("| ")


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def examples() -> list[tuple[str, str, str]]:
    found = []
    for number in SECTIONS:
        for block in re.findall(r"^```example\n(.*?)\n```", section(number), re.MULTILINE | re.DOTALL):
            notation, _, hexes = block.partition("\n")
            found.append((number, notation, "".join(hexes.split())))
    return found


def test_sections_are_in_order_and_unique() -> None:
    keys = [tuple(map(int, number.split("."))) for number in SECTIONS]
    assert keys == sorted(set(keys))
    assert [number for number in SECTIONS if "." not in number] == [str(number) for number in range(1, 13)]


def test_every_reference_to_the_spec_finds_its_section() -> None:
    files = [*ROOT.glob("pycommunicate/**/*.py"), ROOT / "client" / "pycommunicate.js"]
    assert len(files) > 20
    references = {
        (file.name, number)
        for file in files
        for words in re.findall(r"spec \d+(?:\.\d+)?(?: and \d+(?:\.\d+)?)?", file.read_text(encoding="utf-8"))
        for number in re.findall(r"\d+(?:\.\d+)?", words)
    }
    references |= {("spec.md", number) for number in re.findall(r"\((\d+(?:\.\d+)?)(?:, \d[\d.]*)?\)", SPEC)}
    assert len(references) > 30
    assert {(file, number) for file, number in references if number not in SECTIONS} == set()


def test_the_overviews_of_messages_and_ops_agree() -> None:
    overview, types = tables("5")
    yes = {True: "yes", False: "no"}
    assert overview == [
        [str(one["code"]), one["name"], ", ".join(one["sent_by"]), yes[one["numbered"]]] for one in MACHINE["messages"]
    ]
    assert types == [[one["name"], one["meaning"]] for one in MACHINE["types"]]
    [overview] = tables("6")
    assert overview == [[str(one["code"]), one["name"], yes[one["ask"]]] for one in MACHINE["ops"]]


@pytest.mark.parametrize("one", MACHINE["messages"] + MACHINE["ops"], ids=lambda one: one["name"])
def test_fields_agree_between_the_documents(one: dict[str, Any]) -> None:
    assert section(one["section"]).startswith(f"### {one['section']} {one['name']}\n")
    documented = [[field["name"], field["type"], field["meaning"]] for field in one["fields"]]
    found = [*tables(one["section"]), []]
    assert found[0] == documented
    if "options" in one:
        assert found[1] == [[option["name"], option["type"], option["meaning"]] for option in one["options"]]
    # A generator knows by it what may be missing, and so does a reader.
    for field in (*one["fields"], *one.get("options", ())):
        assert field["meaning"].startswith("OPTIONAL: ") == field.get("optional", False)


def test_every_type_of_a_field_is_defined() -> None:
    singular = {
        "numbers": "number",
        "refs": "ref",
        "values": "value",
        "names": "name",
        "ops": "list of ...",
        "text": "text",
    }
    used = {
        field["type"]
        for one in MACHINE["messages"] + MACHINE["ops"]
        for field in (*one["fields"], *one.get("options", ()))
    }
    lists = {name.removeprefix("list of ") for name in used if name.startswith("list of ")}
    plain = {name for name in used if not name.startswith("list of ")}
    defined = set(names(MACHINE["types"]))
    assert plain | {singular[name] for name in lists} | {"list of ..."} == defined


def test_small_tables_agree_between_the_documents() -> None:
    refuse, actions = tables("4.4")
    assert refuse == [[row["name"], row["action"], row["meaning"]] for row in MACHINE["refuse_codes"]]
    assert [row[0] for row in actions] == names(MACHINE["actions"])
    assert tables("5.10")[1] == [[row["name"], row["action"], row["meaning"]] for row in MACHINE["bye_codes"]]
    assert tables("6.6")[1] == [[str(row["code"]), row["name"], row["meaning"]] for row in MACHINE["positions"]]
    assert tables("7.1")[1] == [[str(row["type"]), row["name"], row["payload"]] for row in MACHINE["extensions"]]
    assert tables("9")[0] == [
        [row["name"], str(row["default"]), row["kept_by"], row["meaning"]] for row in MACHINE["limits"]
    ]
    assert tables("10")[0] == [[row["name"], row["meaning"]] for row in MACHINE["errors"]]


def test_states_agree_between_the_documents_and_the_code() -> None:
    states = MACHINE["states"]
    assert tables("4.1")[0] == [
        [
            row["name"],
            row["meaning"],
            ", ".join(f"`{m}` `{s}`" for m, s in row["messages"].items()) or "none",
            row["lost"],
        ]
        for row in states
    ]
    codes = {row["name"]: row["code"] for row in MACHINE["messages"]}
    assert {
        State(row["name"]): {codes[name]: State(to) for name, to in row["messages"].items()} for row in states
    } == TABLE
    assert {State(row["name"]): State(row["lost"]) for row in states} == LOST


def test_the_diagram_of_states_is_the_one_that_the_table_prints() -> None:
    assert re.findall(r"^```mermaid\n(.*?)^```$", section("4.1"), re.MULTILINE | re.DOTALL) == [diagram()]


def test_messages_are_those_of_the_code() -> None:
    for one in MACHINE["messages"]:
        cls = CLASSES[one["name"]]
        assert cls.type == one["code"]
        assert messages.SENT_BY[one["code"]] == tuple(one["sent_by"])
        assert (one["code"] in messages.NUMBERED) == one["numbered"]
        in_code, documented = [field.name for field in fields(cls)], names(one["fields"])
        if one["form"] == "map":  # whose order says nothing
            assert set(in_code) == set(documented)
        else:
            assert in_code == documented
    assert {code: name for code, (name, _) in messages.MESSAGES.items()} == {
        one["code"]: one["name"] for one in MACHINE["messages"]
    }


def test_ops_are_those_of_the_code() -> None:
    assert {
        one["code"]: (
            one["name"],
            tuple((field["name"], OP_TYPES[field["type"]]) for field in one["fields"] if not field.get("optional")),
        )
        for one in MACHINE["ops"]
    } == ops.OPS
    for one in (*MACHINE["ops"], *MACHINE["positions"]):
        assert getattr(ops, one["name"].upper()) == one["code"]
    assert MACHINE["document_ref"] == ops.DOCUMENT
    for ref in (MACHINE["min_ref"], MACHINE["max_ref"]):
        assert codec.unpack(codec.pack(codec.to_wire(codec.Ref(ref)))) == ref
    for ref in (MACHINE["min_ref"] - 1, MACHINE["max_ref"] + 1):
        with pytest.raises(OverflowError):
            codec.to_wire(codec.Ref(ref))


def test_codes_limits_and_constants_are_those_of_the_code() -> None:
    assert set(names(MACHINE["refuse_codes"])) == set(messages.REFUSE_CODES)
    assert set(names(MACHINE["bye_codes"])) == set(messages.BYE_CODES)
    assert tuple(names(MACHINE["actions"])) == messages.ACTIONS
    assert tuple(names(MACHINE["errors"])) == messages.ERRORS
    assert tuple(MACHINE["capabilities"]) == messages.CAPABILITIES
    assert {row["name"]: row["default"] for row in MACHINE["limits"]} == Limits().to_map()
    assert {row["name"]: row["type"] for row in MACHINE["extensions"]} == {
        "timestamp": -1,
        "ref": codec.EXT_REF,
        "bigint": codec.EXT_BIGINT,
        "callback": codec.EXT_CALLBACK,
    }
    assert {key: MACHINE[key] for key in ("version", "subprotocol", "max_number", "max_nonce", "max_depth")} == {
        "version": messages.VERSION,
        "subprotocol": messages.SUBPROTOCOL,
        "max_number": messages.MAX_NUMBER,
        "max_nonce": messages.MAX_NONCE,
        "max_depth": codec.MAX_DEPTH,
    }


def test_every_message_and_op_has_an_example() -> None:
    assert {number for number, _, _ in examples()} == {
        one["section"] for one in (*MACHINE["messages"], *MACHINE["ops"])
    }


@pytest.mark.parametrize(("number", "notation", "hexes"), examples())
def test_an_example_has_its_bytes(number: str, notation: str, hexes: str) -> None:
    value = from_notation(json.loads(notation))
    assert codec.pack(codec.to_wire(value)).hex() == hexes
    if number.startswith("5."):
        assert messages.MESSAGES[messages.decode(bytes.fromhex(hexes)).type][0] in section(number).split("\n")[0]
    else:
        assert ops.OPS[ops.check_op(codec.unpack(bytes.fromhex(hexes)))[0]][0] in section(number).split("\n")[0]


def test_the_words_of_rfc_2119_are_upper_case() -> None:
    assert re.findall(r"\b(?:must|should not|shall not)\b", SPEC) == []


def test_the_package_imports_the_standard_library_and_msgpack_only() -> None:
    folder = Path(pycommunicate.__file__).parent / "protocol"
    allowed = {"msgpack", "codecs", "collections", "dataclasses", "datetime", "enum", "typing", "__future__"}
    assert allowed - {"msgpack"} <= sys.stdlib_module_names
    imported: set[str] = set()
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.ImportFrom) and node.level == 2:
                assert node.module == "errors"
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1
    assert imported <= allowed
