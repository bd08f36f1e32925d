"""Spoiled sessions over real sockets against a real server: one line for each page that ends, and nothing else."""

from __future__ import annotations

import secrets

import pytest

from tests.hostile.bystander import Bystander
from tests.hostile.campaign import Campaign
from tests.support.app_server import AppServer


@pytest.mark.parametrize("seed", [1, secrets.randbelow(2**32)])
def test_spoiled_sessions_end_their_own_page_at_most(
    seed: int, target: AppServer, session: list[bytes], bystander: Bystander
) -> None:
    since = len(target.log)

    campaign = Campaign(target.url, session, seed)
    campaign.run(frames=400)

    bystander.click()
    campaign.wait_for_report(lambda report: report["attached"] == 1)  # the bystander's
    assert campaign.faults_in(target.log[since:]) == []
