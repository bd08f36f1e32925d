"""The small client as a program: `python client_program.py URL`."""

from __future__ import annotations

import sys
import time

from tests.conformance.small_client import SmallClient

if __name__ == "__main__":
    SmallClient(sys.argv[1]).start()
    time.sleep(60)
