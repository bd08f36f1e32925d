"""How much an app remembers: the sizes of all its tables, and how many objects of ours live."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pycommunicate import CommunicateApp
from pycommunicate.transport.server import Server

__all__ = ["living", "tables"]


def tables(app: CommunicateApp) -> dict[str, int]:
    """Return the sizes of an app's tables by name, what all its pages have added up."""
    gc.collect()
    registry, users = app._registry, app._users
    pages = list(registry)
    streams = [page._stream for page in pages]
    scopes = [scope for page in pages for scope in {page.scope, page.foreground}]
    servers = [one for one in gc.get_objects() if isinstance(one, Server)]
    return {
        "pages": len(pages),
        "pages' owners": len(registry._owners),
        "unclaimed pages": len(registry._unclaimed)
        + _grouped(registry._unclaimed_of_user, registry._unclaimed_of_address),
        "claimed pages of users": sum(registry._claimed_of_user.values()),
        "pages whose browser is away": len(registry._away),
        "bytes held back": registry._budget.held,
        "sockets without a hello": len(registry._waiting),
        "pages with deadlines": len(registry._attention),
        "running tasks": len(registry._pool.running),
        "listeners that wait for a slot": len(registry._pool._waiting),
        "users": len(users),
        "idle users": len(users._idle),
        "living users": len(users._living),
        "locks of users": len(users._locks),
        "pages of users": sum(len(user.pages) for user in users._living.values()),
        "controllers handed over": len(app._hand_overs._waiting) + len(app._hand_overs._names),
        "refs": _sum(page.refs._wrappers for page in pages),
        "releases": sum(page.refs.releasing for page in pages),
        "listeners": _sum(page.listening._by_number for page in pages),
        "listeners of scopes": _sum(scope.listeners for scope in scopes),
        "tasks of scopes": _sum(scope.tasks for scope in scopes),
        "timers of scopes": _sum(scope._timers for scope in scopes),
        "reads that wait": _sum(page._asks._open for page in pages),
        "reads given up": _sum(page._asks._abandoned for page in pages),
        "frames to send again": sum(len(stream._channel._unacked) for stream in streams),
        "ops that wait": _sum(stream._channel.backlog for stream in streams),
        "sockets": sum(len(server.heartbeat) for server in servers),
    }


def living() -> dict[str, int]:
    """Return how many objects of this package's classes live, by class."""
    gc.collect()
    kinds = Counter(type(one) for one in gc.get_objects())
    named = {f"{kind.__module__}.{kind.__qualname__}": count for kind, count in kinds.items()}
    return {name: count for name, count in named.items() if name.startswith("pycommunicate.")}


def _sum(sized: Iterable[Any]) -> int:
    return sum(len(one) for one in sized)


def _grouped(*groups: Any) -> int:
    return sum(len(pages) for group in groups for pages in group._groups.values())
