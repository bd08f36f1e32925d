"""What refs stand for on a client's side: numbers, counts, and what is forgotten (spec 7.2)."""

from __future__ import annotations

import pytest

from pycommunicate.protocol.codec import Ref
from pycommunicate.protocol.nodes import Nodes


@pytest.fixture
def nodes() -> Nodes:
    return Nodes("the document")


def test_document_is_ref_0_for_good(nodes: Nodes) -> None:
    assert (nodes.get(0), nodes.tell("the document"), len(nodes)) == ("the document", 0, 0)
    nodes.release(0, 5)
    assert nodes.get(0) == "the document"


def test_found_nodes_are_numbered_from_minus_1_down_and_keep_their_number(nodes: Nodes) -> None:
    told = [nodes.tell(node) for node in ("a", "b", "a")]
    assert told == [-1, -2, -1]
    assert {type(ref) for ref in told} == {Ref}
    assert (nodes.get(-1), nodes.get(-2), nodes.get(-3), len(nodes)) == ("a", "b", None, 2)


def test_ref_is_forgotten_when_all_tellings_are_released_and_not_before(nodes: Nodes) -> None:
    for _ in range(3):
        nodes.tell("a")
    nodes.release(-1, 2)
    assert nodes.get(-1) == "a"
    nodes.tell("a")  # meanwhile
    nodes.release(-1)
    assert nodes.get(-1) == "a"
    nodes.release(-1)
    assert nodes.get(-1) is None
    nodes.release(-1)  # what is not known any more is ignored
    assert nodes.tell("a") == -2  # no ref is used twice


def test_created_node_counts_as_told_once(nodes: Nodes) -> None:
    nodes.create(7, "new")
    assert nodes.tell("new") == 7
    nodes.release(7, 1)
    assert nodes.get(7) == "new"
    nodes.release(7, 9)
    assert (nodes.get(7), len(nodes)) == (None, 0)


def test_forgotten_node_names_the_ref_that_it_had(nodes: Nodes) -> None:
    nodes.create(1, "a")
    assert (nodes.forget("a"), nodes.forget("a"), nodes.forget("never told")) == (1, None, None)
    assert nodes.get(1) is None
    assert nodes.tell("a") == -1
