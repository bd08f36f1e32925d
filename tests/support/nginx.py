"""A real nginx in front of an app."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import TypeAlias

import pytest

__all__ = ["Nginx", "StartNginx", "free_port", "nginx", "proxied"]

TIMEOUT = 10.0
#: Where Debian has it, if PATH does not.
_PATH = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"

#: Everything that it writes lies in its own folder.
_MAIN = """
pid nginx.pid;
worker_processes 1;
error_log error.log info;
events {{}}
http {{
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
{servers}
}}
"""


def free_port() -> int:
    """Return a port that was free just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def proxied(upstream: str, *lines: str, location: str = "/", listen: str = "") -> str:
    """Return a server that hands everything below *location* on to *upstream*, as the guide says it.

    PORT in any of them stands for the port that it listens on.
    """
    return f"""
    map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
    server {{
        listen {listen or "127.0.0.1:PORT"};
        location {location} {{
            proxy_pass {upstream};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            {" ".join(lines)}
        }}
    }}
    """


class Nginx:
    """One nginx, which runs in the foreground, in one process.

    Args:
        folder: Where everything of it lies.
        servers: What stands inside of `http`; PORT stands for a port that is free.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, folder: Path, servers: str) -> None:
        folder.mkdir()
        program = shutil.which("nginx", path=_PATH)
        assert program is not None
        self.folder = folder
        self.port = free_port()
        (folder / "nginx.conf").write_text(_MAIN.format(servers=servers.replace("PORT", str(self.port))))
        command = [program, "-p", f"{folder}/", "-c", "nginx.conf", "-g", "daemon off; master_process off;"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._wait()

    @property
    def errors(self) -> str:
        """What it has logged."""
        return (self.folder / "error.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.communicate(timeout=TIMEOUT)

    def _wait(self) -> None:
        deadline = monotonic() + TIMEOUT
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"nginx did not start:\n{self.process.communicate()[1]}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert monotonic() < deadline, f"nginx does not listen:\n{self.errors}"
                sleep(0.01)
            else:
                return


StartNginx: TypeAlias = Callable[[str], Nginx]


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[StartNginx]:
    """Starts nginx with what shall stand inside of `http`; PORT stands for its port."""
    if shutil.which("nginx", path=_PATH) is None:
        pytest.fail("nginx is not here: `make test` installs it, or says how to", pytrace=False)
    started: list[Nginx] = []

    def start(servers: str) -> Nginx:
        started.append(Nginx(tmp_path / f"nginx{len(started) + 1}", servers))
        return started[-1]

    yield start
    for one in started:
        one.stop()
