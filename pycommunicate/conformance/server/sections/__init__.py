"""What a server is asked, by the part of the spec."""

from __future__ import annotations

from ..house import chosen as chosen
from ..house import without_app as without_app
from . import connecting as connecting
from . import events as events
from . import flow as flow
from . import greeting as greeting
from . import lasting as lasting
from . import nodes as nodes
from . import reads as reads
from . import resume as resume
from . import scripts as scripts
from . import views as views

__all__ = ["chosen", "without_app"]
