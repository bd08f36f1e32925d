"""The app's own scripts: read when they are added, and served below one address, which changes with any of them."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from ...errors import ConfigurationError
from .assets import ClientScript, respond_with
from .routes import RESERVED

__all__ = ["AppScripts"]

_SUFFIXES = (".js", ".mjs")
#: Where they are below what is ours.
_FOLDER = "scripts"


class AppScripts:
    """What an app was given by ``add_script``.

    The hash in their addresses is one of all of them and stands in front of their names, so that one of them can
    ``import`` another by a relative address, as it does where the files lie.

    Args:
        folders: Where relative names begin; the first one in which there is such a file counts.

    Attributes:
        hooks: The script of ours that stands before them; None while there are none.
        watched: Whether files that have changed are read anew, as templates are.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.hooks: ClientScript | None = None
        self.watched = False
        self._folders = tuple(folders)
        self._scripts: dict[str, _Script] = {}
        self._version = ""

    def add(self, file: str | os.PathLike[str]) -> None:
        """Add a script, behind those that are there.

        Raises:
            ConfigurationError: if there is no such file, or it cannot be one of the app's scripts.
        """
        path = self._find(file)
        name = self._name_of(path)
        if name in self._scripts:
            raise ConfigurationError(f"expected each script once, got {name!r} a second time")
        try:
            script = _Script.read(path)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"cannot read the script {path}: {error}") from error
        self.hooks = self.hooks or ClientScript("hooks.js", "hooks")
        self._set({**self._scripts, name: script})

    def tags(self, root: str) -> Markup:
        """Return the tags that load them, in order, given where the app's own addresses begin."""
        self._look_again()
        if self.hooks is None:
            return Markup()
        # Ours runs where it stands, as the client does: `pycommunicate.hook` is there for every script behind it.
        tag = Markup('<script src="{}/{}"></script>').format(root, self.hooks.name)
        place = f"{root}/{_FOLDER}/{self._version}"
        return tag + Markup().join(
            Markup('<script type="module" src="{}/{}"></script>').format(place, quote(name)) for name in self._scripts
        )

    def respond(self, request: Request) -> Response:
        """Return the response to a request for one of them.

        Raises:
            NotFound: if it is no such script, or one of another version.
        """
        self._look_again()
        version, _, name = request.path.removeprefix(f"{RESERVED}/{_FOLDER}/").partition("/")
        script = self._scripts.get(name) if version == self._version else None
        if script is None:
            raise NotFound
        return respond_with(request, script.text, script.gzipped)

    def _find(self, file: Any) -> Path:
        if not isinstance(file, (str, os.PathLike)):
            raise ConfigurationError(f'expected the path of a script, as "static/chart.js", got {file!r}')
        path = Path(file)
        if path.suffix not in _SUFFIXES:
            raise ConfigurationError(f"expected a script whose name ends with .js or .mjs, got {str(path)!r}")
        places = list(dict.fromkeys(folder / path for folder in self._folders))
        for place in places:
            if place.is_file():
                return place
        raise ConfigurationError(f"expected a script {str(path)!r}, found none at {' or '.join(map(str, places))}")

    def _name_of(self, path: Path) -> str:
        """Return the name of a script below the app's folder."""
        # As it is written first: a link below the folder is there by the app's own will.
        for place in (Path(os.path.normpath(path)), path.resolve()):
            for folder in self._folders:
                if place.is_relative_to(folder):
                    return place.relative_to(folder).as_posix()
        folders = " or ".join(map(str, self._folders))
        raise ConfigurationError(f"expected a script below the app's folder, which is {folders}, got {path}")

    def _look_again(self) -> None:
        """Read what has changed, if that is watched for."""
        if self.watched and self._scripts:
            now = {name: script.now() for name, script in self._scripts.items()}
            if now != self._scripts:
                self._set(now)

    def _set(self, scripts: dict[str, _Script]) -> None:
        digest = hashlib.sha256()
        for name, script in scripts.items():
            digest.update(f"{name}\0{len(script.text)}\0".encode() + script.text)
        self._scripts, self._version = scripts, digest.hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Script:
    """One file, as it was when it was read.

    Attributes:
        path: Where it is.
        stamp: Says by a look at the folder alone whether it is another one by now.
        text: What is in it.
        gzipped: The same, zipped.
    """

    path: Path
    stamp: tuple[int, int]
    text: bytes
    gzipped: bytes

    @classmethod
    def read(cls, path: Path) -> _Script:
        """Return the script at *path*.

        Raises:
            OSError: if it cannot be read.
            UnicodeDecodeError: if it is not UTF-8, which a browser takes every module for.
        """
        stamp = _stamp_of(path)
        text = path.read_bytes()
        text.decode()
        return cls(path, stamp, text, gzip.compress(text, 9, mtime=0))

    def now(self) -> _Script:
        """Return the script as it is now; this one where that cannot be read: it may be half written."""
        try:
            return self if _stamp_of(self.path) == self.stamp else _Script.read(self.path)
        except (OSError, UnicodeDecodeError):
            return self


def _stamp_of(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
