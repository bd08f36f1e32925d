"""A certificate for localhost, made by openssl when a test wants one."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["Certificate", "certificate", "make_certificate"]


@dataclass(frozen=True)
class Certificate:
    """A certificate that nobody has signed but itself.

    Attributes:
        cert: Its file.
        key: File of its private key.
    """

    cert: Path
    key: Path

    def client_context(self) -> ssl.SSLContext:
        """Return how a client of localhost or 127.0.0.1 trusts it, and nothing else."""
        return ssl.create_default_context(cafile=self.cert)


def make_certificate(folder: Path, name: str = "localhost", *, password: str = "") -> Certificate:
    """Make a certificate, its key encrypted if there is a *password*."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.fail("openssl is not on PATH: `make test` installs it, or says how to", pytrace=False)
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    subprocess.run(
        [
            *[openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"],
            *["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"],
            *["-keyout", str(made.key), "-out", str(made.cert)],
            *(["-passout", f"pass:{password}"] if password else ["-nodes"]),
        ],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """One certificate for the whole run."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))
