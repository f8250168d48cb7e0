"""Checkpoints on a Hugging Face hub: what one holds, and its files on this machine, verified."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digestlang.errors import ModelError
from digestlang.models import CHECKPOINT_FILES, SHARDS_INDEX, check_supported

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling

_SAFE, _PICKLED = "model.safetensors", "pytorch_model.bin"
_ROOM = 50_000_000  # bytes to leave free
_PATIENCE = 30  # seconds for the hub to begin an answer


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository: ``sha256`` if it is a large one, else git's ``blob`` SHA-1."""

    name: str
    size: int
    sha256: str | None
    blob: str | None

    def check(self, path: Path) -> None:
        """Raise ModelError if a downloaded file is not what the hub says it is."""
        if path.stat().st_size == self.size:
            with path.open("rb") as file:
                if self.sha256:
                    found, wanted = hashlib.file_digest(file, "sha256").hexdigest(), self.sha256
                else:
                    digest = hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)
                    digest.update(file.read())
                    found, wanted = digest.hexdigest(), self.blob or ""
            if not wanted or found == wanted:
                return
        path.unlink()  # a further try must not take it for good
        raise ModelError(f"{self.name} arrived damaged (wrong checksum); pull it again")


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository at one commit: its licence and all its files."""

    repository: str
    commit: str
    licence: str
    files: dict[str, RemoteFile]


def describe(repository: str, revision: str | None) -> Remote:
    """Ask the hub what a repository holds at a branch, tag or commit (None: the main branch).

    The hub is that of ``HF_ENDPOINT``, the token huggingface_hub's (``HF_TOKEN`` or its login).

    Raises:
        ModelError: if there is no such repository or revision, or the hub cannot be reached.
    """
    from huggingface_hub import HfApi

    with _explained(repository, revision):
        info = HfApi().model_info(
            repository, revision=revision, files_metadata=True, timeout=_PATIENCE
        )
    licence = info.card_data.get("license") if info.card_data else None
    files = {file.rfilename: _remote_file(file) for file in info.siblings or ()}
    return Remote(repository, info.sha or "", str(licence or "unknown"), files)


def download(remote: Remote, folder: Path, *, allow_pickle: bool) -> None:
    """Fetch the files that digestlang needs into a folder; those that are there are not asked for.

    Small files come first, so that an unsuitable checkpoint is refused before gigabytes of weights
    have come. A download that was cut short goes on where it stopped.

    Raises:
        ModelError: if the checkpoint is of no family digestlang runs, a download fails, or a file
            is not what the hub says it is.
    """
    small = [remote.files[name] for name in CHECKPOINT_FILES if name in remote.files]
    if not any(file.name == "config.json" for file in small):
        raise ModelError(f"{remote.repository} is no transformers checkpoint: no config.json in it")
    for file in small:
        _fetch(remote, file, folder)
    check_supported(folder)
    weights = _weights(remote, folder, allow_pickle=allow_pickle)
    _check_room(folder, sum(file.size for file in weights))
    for file in weights:
        _fetch(remote, file, folder)
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # the client's notes on what to go on with


def _weights(remote: Remote, folder: Path, *, allow_pickle: bool) -> list[RemoteFile]:
    """The files the weights are in: safetensors, whole or in shards, before anything pickled."""
    files = remote.files
    if _SAFE in files:
        return [files[_SAFE]]
    if SHARDS_INDEX in files:
        _fetch(remote, files[SHARDS_INDEX], folder)
        shards = set(json.loads((folder / SHARDS_INDEX).read_bytes())["weight_map"].values())
        if not shards <= files.keys():
            raise ModelError(f"{remote.repository} is not whole: {SHARDS_INDEX} names other files")
        return [files[name] for name in sorted(shards)]
    if _PICKLED not in files:
        raise ModelError(f"{remote.repository} has no weights in PyTorch's or safetensors' format")
    if not allow_pickle:
        raise ModelError(
            f"{remote.repository} has pickled weights only ({_PICKLED}), which could run code; "
            "digestlang reads nothing but tensors from them, if you say --allow-pickle"
        )
    return [files[_PICKLED]]


def _fetch(remote: Remote, file: RemoteFile, folder: Path) -> None:
    from huggingface_hub import hf_hub_download

    path = folder / file.name
    if path.is_file() and path.stat().st_size == file.size:
        file.check(path)
        return
    with _explained(remote.repository, remote.commit):
        hf_hub_download(remote.repository, file.name, revision=remote.commit, local_dir=folder)
    file.check(path)


def _remote_file(file: RepoSibling) -> RemoteFile:
    sha256 = file.lfs.sha256 if file.lfs else None
    return RemoteFile(file.rfilename, file.size or 0, sha256, file.blob_id)


def _check_room(folder: Path, size: int) -> None:
    # The converted copy takes a quarter of the weights' size in int8, all of it in float32.
    free = shutil.disk_usage(folder).free
    if free < size + _ROOM:
        raise ModelError(
            f"{folder}: {size / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB free; "
            "make room, or set DIGESTLANG_MODELS to a folder with more"
        )


@contextmanager
def _explained(repository: str, revision: str | None) -> Iterator[None]:
    """Turn what the hub's client raises into one line that says what to do."""
    from huggingface_hub import constants, errors

    place = f"{repository}@{revision}" if revision else repository
    hub = constants.ENDPOINT
    try:
        yield
    except errors.HFValidationError:
        raise ModelError(
            f"{repository!r} is no repository's name: OWNER/NAME is expected"
        ) from None
    except errors.GatedRepoError:
        raise ModelError(
            f"{place} asks for consent: accept its terms at {hub}/{repository} "
            "and set HF_TOKEN to a token of yours"
        ) from None
    except errors.RevisionNotFoundError:
        raise ModelError(f"{repository} has no revision {revision!r} on {hub}") from None
    except errors.RepositoryNotFoundError:
        raise ModelError(
            f"no model {repository} on {hub}; if it is private, set HF_TOKEN to a token that may "
            "read it"
        ) from None
    except errors.OfflineModeIsEnabled:
        raise ModelError(
            f"{place} cannot be pulled offline; on a machine with a network, 'digestlang models "
            "pull' and 'export' it, then 'import' the archive here"
        ) from None
    except (errors.HTTPError, OSError) as error:  # type: ignore[attr-defined]
        lines = str(error).strip().splitlines() or [type(error).__name__]
        reason = getattr(error, "strerror", None) or lines[0]
        raise ModelError(
            f"{place} could not be pulled from {hub} ({reason}); run it again to go on"
        ) from None
