"""Models as single files, for machines that never see a network.

An archive is a plain tar file: the manifest, then the files it names. It is not compressed, since
weights hardly shrink and since nothing can then unpack to more than the archive's own size.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

from digestlang.errors import ModelError, OutputError
from digestlang.models import MANIFEST, Model, read_model, verify


def write_archive(model: Model, path: Path, *, force: bool) -> int:
    """Write a model with a manifest into an archive; return its size in bytes.

    Raises:
        ModelError: if a file of the model is missing or damaged.
        OutputError: if the archive is there already and not ``force``, or cannot be written.
    """
    if path.exists() and not force:
        raise OutputError(f"{path} is there already; --force replaces it")
    verify(model)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with tarfile.open(partial, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for name in (MANIFEST, *sorted(model.checksums)):
                member = tarfile.TarInfo(f"{model.name}/{name}")
                member.size = (model.path / name).stat().st_size
                with (model.path / name).open("rb") as file:
                    archive.addfile(member, file)
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror or error})") from None
    finally:
        partial.unlink(missing_ok=True)
    return path.stat().st_size


def unpack_archive(path: Path, folder: Path) -> Model:
    """Unpack an archive into an empty folder, and return the model, verified.

    Only plain files of one directory are taken, and only those the manifest names: no links, no
    devices, no way out of the folder.

    Raises:
        ModelError: if it is no archive of a model, or a file in it is missing, damaged or too much.
    """
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as archive:
            name = _unpack(archive, path, folder)
    except tarfile.TarError:
        raise ModelError(f"{path} is no archive of a model, or damaged") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be unpacked ({error.strerror or error})") from None
    model = read_model(folder / name)
    verify(model)
    return model


def _unpack(archive: tarfile.TarFile, path: Path, folder: Path) -> str:
    """Write the members of the archive of a path below a folder; return the name of the model."""
    wanted = {MANIFEST}
    name = ""
    for member in archive:
        directory, _, file_name = member.name.partition("/")
        name = name or directory
        is_plain = member.isreg() and not member.issparse()
        content = archive.extractfile(member) if is_plain else None
        if content is None or file_name not in wanted or directory != name or name[:1] in ("", "."):
            raise ModelError(f"{path}: {member.name!r} does not belong in a model's archive")
        wanted.remove(file_name)
        (folder / name).mkdir(exist_ok=True)
        with (folder / name / file_name).open("xb") as file:
            shutil.copyfileobj(content, file)
        if file_name == MANIFEST:
            wanted |= read_model(folder / name).checksums.keys()
    if not name:
        raise ModelError(f"{path} is empty")
    return name
