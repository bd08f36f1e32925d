"""Bytes in and out: the only folder that knows sockets; it knows no message."""
