"""A process that holds idle pages open, so that what they cost here is not counted at the server.

Reads numbers from its input; after each it opens pages until there are as many, and prints the number.
"""

from __future__ import annotations

import gevent.monkey

gevent.monkey.patch_all()

import sys  # noqa: E402
from contextlib import suppress  # noqa: E402
from importlib import import_module  # noqa: E402

import gevent  # noqa: E402

__all__ = ["main"]


def main(module: str, url: str, listeners: str) -> None:
    """Hold pages of *url*, opened by the `connect` of *module*."""
    connect = import_module(module).connect
    pages = 0
    for line in sys.stdin:
        while pages < int(line):
            page = connect(url, int(listeners))
            gevent.spawn(_serve, page)
            pages += 1
        print(pages, flush=True)


def _serve(page: object) -> None:
    # A page that ends early is told, not hidden: its memory would be missing from the figure.
    try:
        page.serve()  # type: ignore[attr-defined]
    except (EOFError, OSError) as error:
        with suppress(OSError):
            print(f"a page has ended: {error}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
