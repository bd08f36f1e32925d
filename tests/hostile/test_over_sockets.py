"""Spoiled sessions over real sockets against a real server: one line for each page that ends, and nothing else."""

from __future__ import annotations

import secrets
from statistics import median

import gevent
import pytest

from tests.hostile.bystander import Bystander
from tests.hostile.campaign import Campaign
from tests.hostile.conftest import StartTarget
from tests.support.app_server import AppServer

#: So that what is kept by design is at its bound at once.
BRIEF = {"max_users": 20, "unclaimed_lifetime": 0.1, "detached_lifetime": 0.1, "left_lifetime": 0.1}


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


def test_nothing_is_left_of_spoiled_sessions_and_others_hardly_wait(
    start_target: StartTarget, session: list[bytes]
) -> None:
    target = start_target(**BRIEF)
    bystander = Bystander(target.url, gevent.socket)
    idle = median(bystander.click() for _ in range(100))
    campaign = Campaign(target.url, session, seed=3)
    objects = []
    attacked: list[float] = []
    for _ in range(3):
        attack = gevent.spawn(campaign.run, 400)
        while not attack.dead:
            attacked.append(bystander.click())
            gevent.sleep(0.005)
        # Its own page, and the one that is asked.
        objects.append(campaign.wait_for_report(lambda report: report["pages"] <= 2)["objects"])
    bystander.client.close()

    assert campaign.wrong == []
    pages = len(campaign.outcomes)
    assert pages > 30
    # The first round has made what is made once. A page is hundreds of objects.
    assert objects[2] - objects[1] < 2 * pages
    # Both are this very thread, and the attackers have most of it.
    assert median(attacked) < max(20 * idle, 0.05)
