"""Protocol v1 without any input or output: frames in, messages out, frames to send.

This package imports the standard library and msgpack, nothing else: no gevent, no clock, no random.
"""

from __future__ import annotations

from .channel import Channel as Channel
from .channel import ClientChannel as ClientChannel
from .channel import ServerChannel as ServerChannel
from .limits import Limits as Limits
from .messages import SUBPROTOCOL as SUBPROTOCOL
from .messages import VERSION as VERSION
from .nodes import Nodes as Nodes
from .states import State as State

__all__ = ["SUBPROTOCOL", "VERSION", "Channel", "ClientChannel", "Limits", "Nodes", "ServerChannel", "State"]
