"""The hub of the tests, asked by the real client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hub_server import Fault, Hub
from huggingface_hub import HfApi, ModelInfo, constants, file_download, hf_hub_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import _http

CONFIG = b'{"model_type": "marian"}'
WEIGHTS = bytes(range(256)) * 8


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with one model, and a client that neither waits nor asks or keeps anything else."""
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    # The client resumes at whole chunks only.
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 100)
    for module in (file_download, _http):
        monkeypatch.setattr(module, "time", SimpleNamespace(sleep=lambda seconds: None))
    with Hub() as hub:
        hub.add("some/model", repository(tmp_path))
        yield hub


def repository(tmp_path: Path, config: bytes = CONFIG) -> Path:
    folder = tmp_path / "repository"
    (folder / "deep").mkdir(parents=True, exist_ok=True)
    (folder / "deep" / "config.json").write_bytes(config)
    (folder / "model.safetensors").write_bytes(WEIGHTS)
    return folder


def info(hub: Hub, repo_id: str = "some/model", *, token: str | None = None) -> ModelInfo:
    return HfApi(endpoint=hub.url, token=token or False).model_info(repo_id, files_metadata=True)


def download(
    hub: Hub, tmp_path: Path, name: str = "model.safetensors", revision: str = "main"
) -> bytes:
    path = hf_hub_download(
        "some/model",
        name,
        revision=revision,
        endpoint=hub.url,
        local_dir=tmp_path / "local",
        token=hub.token or False,
    )
    return Path(path).read_bytes()


def test_info_has_commit_sizes_and_hashes(hub: Hub, tmp_path: Path) -> None:
    model = info(hub)
    assert model.sha == hub.add("some/model", repository(tmp_path))
    config, weights = model.siblings or []
    assert (config.rfilename, config.size, config.lfs) == ("deep/config.json", len(CONFIG), None)
    assert config.blob_id == hashlib.sha1(b"blob %d\0" % len(CONFIG) + CONFIG).hexdigest()
    assert (weights.rfilename, weights.size) == ("model.safetensors", len(WEIGHTS))
    assert weights.lfs and weights.lfs.size == len(WEIGHTS)
    assert weights.lfs.sha256 == hashlib.sha256(WEIGHTS).hexdigest()


def test_files_arrive_whole(hub: Hub, tmp_path: Path) -> None:
    assert download(hub, tmp_path) == WEIGHTS
    assert download(hub, tmp_path, "deep/config.json") == CONFIG
    path = "/some/model/resolve/main/model.safetensors"
    assert hub.requests[:2] == [f"HEAD {path}", f"GET {path}"]


def test_an_old_commit_stays(hub: Hub, tmp_path: Path) -> None:
    old = info(hub).sha or ""
    assert hub.add("some/model", repository(tmp_path, b"{}")) != old
    assert download(hub, tmp_path, "deep/config.json") == b"{}"
    assert download(hub, tmp_path, "deep/config.json", old) == CONFIG


def test_a_cut_download_is_resumed(hub: Hub, tmp_path: Path) -> None:
    hub.fail("model.safetensors", Fault.CUT)
    assert download(hub, tmp_path) == WEIGHTS
    # The last whole chunk before half of 2048 bytes.
    assert hub.requests[-1] == "GET /some/model/resolve/main/model.safetensors bytes=1000-"


def test_spoilt_bytes_have_the_right_length(hub: Hub, tmp_path: Path) -> None:
    hub.fail("model.safetensors", Fault.CORRUPT)
    spoilt = download(hub, tmp_path)
    assert len(spoilt) == len(WEIGHTS)
    assert sum(one != other for one, other in zip(spoilt, WEIGHTS, strict=True)) == 1


@pytest.mark.parametrize(
    "fault, error",
    [
        (Fault.TRUNCATED, "Consistency check failed"),
        (Fault.ERROR_500, "500 Internal Server Error"),
        (Fault.MISSING, "Entry Not Found"),
    ],
)
def test_the_download_after_a_fault_is_right(
    hub: Hub, tmp_path: Path, fault: Fault, error: str
) -> None:
    hub.fail("model.safetensors", fault, method="GET")
    with pytest.raises(OSError, match=error):
        download(hub, tmp_path)
    assert download(hub, tmp_path) == WEIGHTS


def test_faults_queue(hub: Hub, tmp_path: Path) -> None:
    hub.fail("model.safetensors", Fault.ERROR_500, 2)
    hub.fail("model.safetensors", Fault.SLOW)
    assert download(hub, tmp_path) == WEIGHTS
    assert [request.split()[0] for request in hub.requests] == ["HEAD", "HEAD", "HEAD", "GET"]


def test_what_is_not_there(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(RepositoryNotFoundError, match="401"):
        info(hub, "no/model")
    with pytest.raises(RepositoryNotFoundError, match="404"):
        info(hub, "no/model", token="any")
    with pytest.raises(RevisionNotFoundError):
        download(hub, tmp_path, revision="0" * 40)
    with pytest.raises(EntryNotFoundError):
        download(hub, tmp_path, "nothing.json")


def test_a_private_hub_wants_its_token(hub: Hub, tmp_path: Path) -> None:
    hub.token = "hf_right"
    with pytest.raises(RepositoryNotFoundError, match="401"):
        info(hub)
    with pytest.raises(HfHubHTTPError, match="Invalid credentials"):
        info(hub, token="hf_wrong")
    assert info(hub, token="hf_right").id == "some/model"
    assert download(hub, tmp_path) == WEIGHTS
