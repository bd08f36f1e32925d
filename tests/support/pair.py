"""Two channels that talk to each other."""

from __future__ import annotations

from pycommunicate.protocol import ClientChannel, Limits, ServerChannel
from pycommunicate.protocol.messages import Message


class ConnectionPair:
    """A server's and a client's channel; what one says is handed to the other by hand.

    Attributes:
        server: The server's side.
        client: The client's side.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.server = ServerChannel(limits or Limits())
        self.client = ClientChannel(Limits())

    def greet(self) -> ConnectionPair:
        """Says hello and welcome, and carries over what either side sends again."""
        self.server.receive(self.client.hello("ticket", "nonce"))
        self.client.receive(self.server.welcome())
        for frame in self.server.resend():
            self.client.receive(frame)
        for frame in self.client.resend():
            self.server.receive(frame)
        return self

    def lose(self) -> None:
        """Cuts the socket."""
        self.server.lose()
        self.client.lose()

    def batch(self, *ops: tuple[object, ...]) -> Message | None:
        """Sends ops from server to client; returns what the client received."""
        return self.client.receive(self.batch_frame(*ops))

    def batch_frame(self, *ops: tuple[object, ...]) -> bytes:
        """Returns the frame of ops that the server sends."""
        for op in ops:
            self.server.write(op)
        frame = self.server.batch_to_send()
        assert frame is not None
        return frame
