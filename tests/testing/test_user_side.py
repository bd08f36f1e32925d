"""What a user does to pages of an app in a simulated browser; tests/browser/test_live.py does it in a real one."""

from __future__ import annotations

import pytest

from tests.support.user_steps import STEPS, Step, at_a_page


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_step(step: Step) -> None:
    with at_a_page(step):
        pass
