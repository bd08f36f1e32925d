"""Tests of what `before_connect` gets of a request."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from pycommunicate.errors import ConfigurationError
from pycommunicate.proxies.context import CallCTX


def test_a_context_has_the_user_and_the_values_of_the_route() -> None:
    context = CallCTX("the user", {"name": "value"})

    assert (context.user, context.route_data) == ("the user", {"name": "value"})


@pytest.mark.parametrize("code", [400, 401, 404, 503])
def test_abort_interrupts_the_request_with_an_http_error(code: int) -> None:
    for abort in (CallCTX(None, {}).abort, CallCTX(None, {}).use("abort")):
        with pytest.raises(HTTPException) as caught:
            abort(code)
        assert caught.value.code == code
        assert caught.value.description


@pytest.mark.parametrize("code", [200, 302, 499, "401", None])
def test_abort_refuses_what_is_no_error(code: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected the code of an HTTP error, as 401, got"):
        CallCTX(None, {}).abort(code)


def test_a_function_that_a_context_does_not_have_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"expected 'abort', .* got 'redirect'"):
        CallCTX(None, {}).use("redirect")
