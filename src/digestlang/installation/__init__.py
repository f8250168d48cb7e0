"""Bringing models in, verified and tried, and taking them out again.

A model is made ready in a folder beside the installed ones, which nobody lists, and moved to its
place when it is whole: nothing half-installed is ever to be seen.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import filelock

from digestlang import settings
from digestlang.engines.ctranslate2 import forget_converted
from digestlang.errors import ModelError, UsageError
from digestlang.installation.archive import unpack_archive, write_archive
from digestlang.installation.catalogue import CATALOGUE, Known, known
from digestlang.installation.hub import Remote, describe, download
from digestlang.installation.trial import Trial, run_trial
from digestlang.languages import Direction
from digestlang.models import (
    DEFAULTS,
    MANIFEST,
    QUANTIZATIONS,
    Model,
    chosen_defaults,
    find_model,
    own_folder,
    read_model,
    verify,
    write_manifest,
)

__all__ = [
    "CATALOGUE",
    "Known",
    "Trial",
    "export_model",
    "import_model",
    "known",
    "pull",
    "remove",
    "set_default",
]

_INCOMING = ".incoming"  # in the folder of models: those that are being made ready
_COMMIT = ".commit"  # which one the files of an incoming model are of

Tell = Callable[[str], None]


def pull(
    repository: str,
    revision: str | None = None,
    *,
    name: str | None = None,
    quantization: str = QUANTIZATIONS[0],
    allow_pickle: bool = False,
    accept_licence: bool = False,
    force: bool = False,
    tell: Tell = lambda line: None,
) -> Model:
    """Download a checkpoint, verify and try it, and install it under a name.

    ``name`` is the repository's own if None. A download that stopped is gone on with. ``tell`` is
    called with a line about every step, and with the trial's warnings.

    Raises:
        ModelError: if it cannot be had, is not what it claims to be, or fails its trial.
        UsageError: if its licence asks to be accepted and is not, or the name is taken.
    """
    name = _checked_name(name or repository.rpartition("/")[2])
    if settings.is_offline():
        raise ModelError(
            f"{repository} cannot be pulled offline; unset DIGESTLANG_OFFLINE and HF_HUB_OFFLINE, "
            "or import an archive that 'digestlang models export' has made elsewhere"
        )
    remote = describe(repository, revision)
    _check_licence(remote, accept_licence=accept_licence)
    origin = f"{repository}@{remote.commit}"
    with _incoming(name, tell) as folder:
        if installed := _installed(name):
            if (installed.origin, installed.quantization) == (origin, quantization) and not force:
                verify(installed)
                tell(f"{name} is installed already, from {origin}")
                return installed
            if not force and installed.origin.partition("@")[0] != repository:
                raise UsageError(
                    f"there is a model {name} already, from {installed.origin or 'elsewhere'}; "
                    "choose another --name, or replace it with --force"
                )
        _clear_unless(folder, remote.commit)
        tell(f"pulling {origin}, licence {remote.licence}")
        download(remote, folder, allow_pickle=allow_pickle)
        (folder / _COMMIT).unlink(missing_ok=True)
        model = replace(
            read_model(folder),
            licence=remote.licence,
            description=f"from {repository}",
            quantization=quantization,
            origin=origin,
        )
        _try_out(model, tell)
        write_manifest(model)
        return _put_in_place(folder, name)


def import_model(path: Path, *, force: bool = False, tell: Tell = lambda line: None) -> Model:
    """Install the model in an archive.

    Raises:
        ModelError: if the archive is damaged or unsafe, or the model fails its trial.
        UsageError: if there is a model of its name and not ``force``.
    """
    own_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=own_folder(), prefix=".importing-") as unpacked:
        model = unpack_archive(path, Path(unpacked))
        with _incoming(_checked_name(model.name), tell):
            if _installed(model.name) and not force:
                raise UsageError(f"there is a model {model.name} already; --force replaces it")
            _try_out(model, tell)
            return _put_in_place(model.path, model.name)


def export_model(name: str, path: Path, *, force: bool = False) -> int:
    """Write an installed model into an archive for :func:`import_model`; return its bytes.

    Raises:
        ModelError: if there is no such model, or it is damaged.
        OutputError: if the archive cannot be written.
    """
    model = find_model(name)
    if not (model.path / MANIFEST).is_file():
        raise ModelError(f"{name} is a folder that was not installed; there is nothing to export")
    return write_archive(model, path, force=force)


def remove(name: str) -> None:
    """Delete an installed model, its converted copies, and what made it a default.

    Raises:
        ModelError: if there is no such model, or it came with digestlang.
    """
    model = find_model(name)
    if model.path.parent != own_folder():
        raise ModelError(f"{name} was not installed by 'digestlang models pull' or 'import'")
    with _incoming(name, lambda line: None) as folder:
        shutil.rmtree(folder)
        model.path.replace(folder)  # from here on nobody finds it
        _write_defaults({d: other for d, other in chosen_defaults().items() if other != name})
        shutil.rmtree(folder)
    forget_converted(model)


def set_default(name: str, directions: Sequence[Direction]) -> list[Direction]:
    """Make a model the default for directions, all it can if none is named; return them.

    Raises:
        ModelError: if there is no such model among those installed.
        UnsupportedLanguageError: if it does not translate in one of them.
    """
    model = find_model(name)
    if model.name != name:
        raise ModelError(f"{name} is a folder; only an installed model can be a default")
    chosen = list(directions) or sorted(model.directions)
    for direction in chosen:
        model.check_direction(direction)
    _write_defaults({**chosen_defaults(), **dict.fromkeys(chosen, name)})
    return chosen


def _check_licence(remote: Remote, *, accept_licence: bool) -> None:
    if "-nc" in remote.licence and not accept_licence:
        raise UsageError(
            f"{remote.repository} is licensed {remote.licence}, not for commercial use; "
            "if that suits you, pull it with --accept-licence"
        )


def _checked_name(name: str) -> str:
    if Path(name).name != name or name[:1] in ("", "."):
        raise UsageError(f"{name!r} cannot be a model's name")
    return name


def _installed(name: str) -> Model | None:
    path = own_folder() / name
    return read_model(path) if (path / MANIFEST).is_file() else None


def _try_out(model: Model, tell: Tell) -> None:
    """Run a model's trial and tell what came of it.

    Raises:
        ModelError: if its translations cannot be used.
    """
    tell(f"trying {model.name} in {', '.join(map(str, sorted(model.directions)))}")
    trials = run_trial(model)
    for trial in trials:
        if trial.warning:
            tell(f"warning: {trial.warning}")
    if unusable := [trial for trial in trials if not trial.is_usable]:
        forget_converted(model)
        raise ModelError(
            f"{model.name} cannot be used: of {unusable[0].tried} sentences "
            f"{len(unusable[0].failed)} came out empty, looping, copied or in another language "
            f"({unusable[0].direction}); it was not installed"
        )


@contextmanager
def _incoming(name: str, tell: Tell) -> Iterator[Path]:
    """The folder where a model is made ready, for one process at a time."""
    folder = own_folder() / _INCOMING / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder.with_name(f"{name}.lock"))
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            tell(f"another digestlang is at work on {name}; waiting for it")
            lock.acquire()
        try:
            folder.mkdir(exist_ok=True)
            yield folder
        finally:
            lock.release()
    except OSError as error:
        where = error.filename or folder
        raise ModelError(f"{where} cannot be written ({error.strerror or error})") from None


def _clear_unless(folder: Path, commit: str) -> None:
    """Throw away what is left of a pull of another commit."""
    note = folder / _COMMIT
    if not note.is_file() or note.read_text(encoding="ascii") != commit:
        shutil.rmtree(folder)
        folder.mkdir()
        note.write_text(commit, encoding="ascii")


def _put_in_place(folder: Path, name: str) -> Model:
    """Move a model that is ready to where models are found, in the place of one of its name."""
    final = own_folder() / name
    with tempfile.TemporaryDirectory(dir=own_folder() / _INCOMING, prefix=".old-") as old:
        if final.exists():
            final.replace(Path(old) / name)
        folder.replace(final)
    return read_model(final)


def _write_defaults(defaults: dict[Direction, str]) -> None:
    path = own_folder() / DEFAULTS
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    names = {str(direction): name for direction, name in sorted(defaults.items())}
    partial.write_text(json.dumps(names, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)
