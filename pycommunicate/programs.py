"""Finds the app that a command names, as ``main:app`` or ``todo/main.py``."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import ServeError
from .importing import importing
from .server.app.communicate import CommunicateApp

__all__ = ["folder_of", "load"]


def load(target: str) -> CommunicateApp:
    """Import the program that *target* names, and return its app.

    Raises:
        ServeError: if there is no such program, or no such app in it. What the program itself raises goes through.
    """
    file, module_name, attribute = _parse(target)
    with importing():
        module = _import_file(file) if file is not None else _import_module(module_name)
    value: Any = module
    for name in attribute.split("."):
        if not hasattr(value, name):
            apps = [name for name, one in vars(module).items() if isinstance(one, CommunicateApp)]
            hint = f"; it has the app {' and '.join(map(repr, apps))}" if apps and value is module else ""
            raise ServeError(f"module {_name_of(module)} has no attribute {attribute!r}{hint}")
        value = getattr(value, name)
    if not isinstance(value, CommunicateApp):
        raise ServeError(f"expected {target!r} to be a CommunicateApp, got {type(value).__name__} {value!r:.80}")
    return value


def folder_of(target: str) -> Path:
    """Return the folder that the program lies in, without importing it.

    Raises:
        ServeError: if *target* cannot be the name of one.
    """
    file, module_name, _ = _parse(target)
    if file is not None:
        return file.parent
    folder = Path.cwd()
    _look_in(folder)
    try:
        spec = find_spec(module_name.partition(".")[0])
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return folder
    found = Path(spec.origin).resolve().parent
    return folder if found.is_relative_to(folder) else found


def _parse(target: str) -> tuple[Path | None, str, str]:
    """Return the file, or None and the name of a module; and the attribute."""
    module_name, colon, attribute = target.partition(":")
    is_file = module_name.endswith(".py")
    if not module_name or (colon and not attribute) or (module_name.startswith(".") and not is_file):
        raise ServeError(f"expected MODULE:ATTRIBUTE, as main:app, got {target!r}")
    attribute = attribute or "app"
    if not is_file:
        return None, module_name, attribute
    file = Path(module_name)
    if not file.is_file():
        raise ServeError(f"found no file {module_name!r} in {Path.cwd()}")
    return file.resolve(), "", attribute


def _import_module(name: str) -> ModuleType:
    folder = Path.cwd()
    _look_in(folder)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise  # the module is there; one that it imports is not
        raise ServeError(f"found no module {error.name!r} in {folder} or on Python's path") from None


def _import_file(file: Path) -> ModuleType:
    """Import a file by its path: a module of the same name may be there already, as json is for ``json.py``."""
    _look_in(file.parent)
    name = file.stem
    there = sys.modules.get(name)
    if there is not None:
        if getattr(there, "__file__", None) == str(file):
            return there
        name = f"program_{name}"
    spec: ModuleSpec | None = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _look_in(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _name_of(module: ModuleType) -> str:
    """Return the module's name, and its file if that is not where one would look for it."""
    file = getattr(module, "__file__", None)
    if file is None or Path(file).resolve().is_relative_to(Path.cwd()):
        return repr(module.__name__)
    return f"{module.__name__!r} ({file})"
