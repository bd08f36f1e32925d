"""What a client is asked, by the part of the spec; the order of the imports is that of the run."""

from __future__ import annotations

from ..registry import CLIENT as CLIENT

# isort: off
from . import connecting as connecting
from . import reading as reading
from . import values as values
from . import nodes as nodes
from . import ordering as ordering
from . import ending as ending
from . import tree as tree
from . import fragments as fragments
from . import events as events
from . import carried as carried
from . import options as options
from . import pace as pace
from . import objects as objects
from . import fields as fields
from . import showing as showing
from . import resuming as resuming
from . import returning as returning

__all__ = ["CLIENT"]
