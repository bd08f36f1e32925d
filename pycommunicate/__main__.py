"""``python -m pycommunicate``: patches the standard library first thing, then runs the command line."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

from pycommunicate.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main(prog_name="python -m pycommunicate")
