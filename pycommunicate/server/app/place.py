"""Where an app is served: an address, a unix socket or one that is open already; with TLS or without."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from errno import ECONNREFUSED
from pathlib import Path
from typing import Any, NoReturn

from gevent import socket, ssl

from ...errors import ServeError

__all__ = ["BACKLOG", "Place", "url_host"]

#: Connections that may wait to be taken.
BACKLOG = 1024
#: Seconds that another server may take to be found out.
_PROBE_TIMEOUT = 1.0
#: What OpenSSL means, by its own words.
_TLS_REASONS = {
    "KEY_VALUES_MISMATCH": "the private key does not belong to the certificate",
    "PEM lib": "expected a certificate and its private key in PEM format",
}


def url_host(host: str) -> str:
    """Return a host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, slots=True)
class Place:
    """Where an app is served.

    Attributes:
        host: Name or address.
        port: Port; 0 for any that is free.
        certificate: File of a certificate, for https.
        private_key: File of its key.
        unix_socket: Path of a unix socket, in place of host and port.
        descriptor: A socket that listens already, in place of host and port.
    """

    host: str
    port: int
    certificate: str | os.PathLike[str] | None = None
    private_key: str | os.PathLike[str] | None = None
    unix_socket: str | os.PathLike[str] | None = None
    descriptor: int | None = None
    _made: list[tuple[int, int]] = field(default_factory=list, init=False, repr=False, compare=False)

    def __str__(self) -> str:
        if self.unix_socket is not None:
            return f"unix:{os.fspath(self.unix_socket)}"
        if self.descriptor is not None:
            return f"descriptor {self.descriptor}"
        return f"{url_host(self.host)}:{self.port}"

    def listener(self) -> Any:
        """Return what a server listens on: an address, or a socket that listens.

        Raises:
            OSError: if there can be no such socket.
            ServeError: if something else is in its place.
        """
        if self.descriptor is not None:
            return socket.socket(fileno=self.descriptor)
        if self.unix_socket is None:
            return self.host, self.port
        path = Path(self.unix_socket)
        if path.is_socket():
            if _is_served(path):
                raise ServeError(f"cannot serve on {self}: another server is there")
            # Else a server that was killed has left it.
        elif path.exists():
            raise ServeError(f"cannot serve on {self}: there is something that is no socket")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        own = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            listener.bind(os.fspath(own))
            # As open as a port: web servers run as users of their own. Who may come in is up to the folder.
            own.chmod(0o666)
            listener.listen(BACKLOG)
            # Only now, and in one step: at no time there is a socket that nobody listens on.
            self._made.append(_identity(own))
            own.replace(path)
        except BaseException:
            listener.close()
            own.unlink(missing_ok=True)
            raise
        return listener

    def tls(self) -> Any:
        """Return the context for TLS, or None for none.

        Raises:
            ServeError: if the files cannot be used.
        """
        if self.certificate is None:
            if self.private_key is not None:
                raise ServeError("expected a certificate beside the private key, got none")
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        files = [Path(file) for file in (self.certificate, self.private_key) if file is not None]
        try:
            for file in files:
                file.open("rb").close()  # OpenSSL does not say which one it misses
            context.load_cert_chain(self.certificate, self.private_key, _refuse_to_ask)
        except ssl.SSLError as error:
            why = next((why for words, why in _TLS_REASONS.items() if words in str(error)), str(error))
            raise ServeError(f"cannot serve https by {' and '.join(map(str, files))}: {why}") from None
        except OSError as error:
            raise ServeError(f"cannot serve https by {error.filename}: {error.strerror}") from None
        return context

    def leave(self) -> None:
        """Remove what a server that listened here leaves behind; what another one has put there stays."""
        if self.unix_socket is None:
            return
        path = Path(self.unix_socket)
        with suppress(FileNotFoundError):
            if _identity(path) in self._made:
                path.unlink()


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_TIMEOUT)
        return bool(probe.connect_ex(os.fspath(path)) != ECONNREFUSED)


def _refuse_to_ask() -> NoReturn:
    # OpenSSL would ask at the terminal, and a server has none.
    raise ServeError("cannot serve https: the private key is encrypted; decrypt it by `openssl pkey -in KEY -out KEY`")
