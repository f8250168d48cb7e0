"""Models brought in from a hub or an archive: verified, tried, whole or not at all."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import checkpoints
import pytest
from conftest import CommandLine
from hub_server import Fault, Hub

from digestlang import installation
from digestlang.engines.ctranslate2 import converted
from digestlang.errors import ModelError
from digestlang.installation import Trial, catalogue
from digestlang.installation.archive import unpack_archive
from digestlang.languages import Direction
from digestlang.models import MANIFEST, Model, default_model, find_model, list_models, own_folder

KO_EN, EN_KO = Direction.parse("ko-en"), Direction.parse("en-ko")
REPOSITORY = "helsinki/opus-tiny-ko-en"
NAME = "opus-tiny-ko-en"


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Tiny checkpoints of the three families, as their authors publish them."""
    import torch

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("published")
    return {
        "marian": checkpoints.marian(folder / "marian"),
        "nllb": checkpoints.many_to_many(folder / "nllb", nllb=True),
        "m2m100": checkpoints.many_to_many(folder / "m2m100", nllb=False),
    }


@pytest.fixture
def published(folders: dict[str, Path]) -> Path:
    """The files of REPOSITORY."""
    return folders["marian"]


@pytest.fixture
def hub(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with one repository, in the place of huggingface.co; its client waits for nothing."""
    import huggingface_hub.file_download
    import huggingface_hub.utils._http
    from huggingface_hub import constants

    with Hub() as served:
        served.add(REPOSITORY, folders["marian"])
        template = "{endpoint}/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "ENDPOINT", served.url)
        monkeypatch.setattr(
            constants,
            "HUGGINGFACE_CO_URL_TEMPLATE",
            template.replace("{endpoint}", served.url),
        )
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        no_wait = SimpleNamespace(sleep=lambda seconds: None, time=lambda: 0.0)
        for module in (huggingface_hub.file_download, huggingface_hub.utils._http):
            monkeypatch.setattr(module, "time", no_wait)
        monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
        monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        yield served


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every trial is passed: random weights cannot, and only the download is looked at."""

    def run_trial(model: Model) -> list[Trial]:
        return [Trial(direction, 10, {}, 100.0) for direction in model.directions]

    monkeypatch.setattr(installation, "run_trial", run_trial)


def names() -> list[str]:
    return [model.name for model in list_models() if model.origin]


# -- pulling --------------------------------------------------------------------------------------


@pytest.mark.model
def test_a_checkpoint_is_pulled_whole_and_by_its_commit(
    digestlang: CommandLine, hub: Hub, published: Path, passing: None
) -> None:
    commit = hub.add(REPOSITORY, published)
    run = digestlang("models", "pull", f"{REPOSITORY}@main", "--quantization", "float32")
    assert (run.code, run.stdout) == (0, b""), run.stderr
    model = find_model(NAME)
    assert model.origin == f"{REPOSITORY}@{commit}"
    assert model.quantization == "float32"
    assert model.directions == {KO_EN}
    assert model.alignment_layer in (-1, -2)
    assert (model.path / "model.safetensors").read_bytes() == (
        published / "model.safetensors"
    ).read_bytes()
    assert sorted(file.name for file in model.path.iterdir()) == sorted(
        [MANIFEST, *model.checksums]
    )
    assert digestlang("models", "verify", NAME).code == 0
    (row,) = [r for r in json.loads(digestlang("models", "list", "--json").text) if r["origin"]]
    assert (row["name"], row["verified"]) == (NAME, True)


@pytest.mark.model
@pytest.mark.parametrize("family", ["nllb", "m2m100"])
def test_the_other_families_too(
    digestlang: CommandLine, hub: Hub, folders: dict[str, Path], passing: None, family: str
) -> None:
    hub.add(f"meta/{family}", folders[family])
    assert digestlang("models", "pull", f"meta/{family}").code == 0
    model = find_model(family)
    assert str(model.family) == family
    assert model.directions == {KO_EN, EN_KO}


@pytest.mark.model
def test_a_second_pull_asks_for_no_file(digestlang: CommandLine, hub: Hub, passing: None) -> None:
    assert digestlang("models", "pull", REPOSITORY).code == 0
    hub.requests.clear()
    run = digestlang("models", "pull", REPOSITORY)
    assert run.code == 0 and "installed already" in run.stderr
    assert not [request for request in hub.requests if "/resolve/" in request]


@pytest.mark.model
def test_a_newer_commit_takes_the_place_of_the_old(
    digestlang: CommandLine, hub: Hub, published: Path, passing: None, tmp_path: Path
) -> None:
    assert digestlang("models", "pull", REPOSITORY).code == 0
    first = find_model(NAME).origin
    newer = shutil.copytree(published, tmp_path / "newer")
    (newer / "generation_config.json").write_text('{"max_length": 99}', encoding="utf-8")
    commit = hub.add(REPOSITORY, newer)
    assert digestlang("models", "pull", REPOSITORY).code == 0
    assert find_model(NAME).origin == f"{REPOSITORY}@{commit}" != first
    assert digestlang("models", "pull", f"{first}").code == 0  # by its hash, back again
    assert find_model(NAME).origin == first


@pytest.mark.model
def test_another_repository_does_not_take_a_name(
    digestlang: CommandLine, hub: Hub, published: Path, passing: None
) -> None:
    assert digestlang("models", "pull", REPOSITORY).code == 0
    hub.add(f"other/{NAME}", published)
    run = digestlang("models", "pull", f"other/{NAME}")
    assert run.code == 2 and "--name" in run.stderr and len(run.errors) == 1
    assert digestlang("models", "pull", f"other/{NAME}", "--name", "mine").code == 0
    assert names() == ["mine", NAME]


@pytest.mark.model
@pytest.mark.parametrize(
    ("fault", "file"),
    [
        (Fault.CORRUPT, "model.safetensors"),
        (Fault.CORRUPT, "source.spm"),
        (Fault.CORRUPT, "vocab.json"),
        (Fault.TRUNCATED, "model.safetensors"),
        (Fault.CUT, "model.safetensors"),
        (Fault.ERROR_500, "model.safetensors"),
        (Fault.MISSING, "config.json"),
    ],
)
def test_a_download_that_fails_leaves_nothing_and_is_gone_on_with(
    digestlang: CommandLine, hub: Hub, passing: None, fault: Fault, file: str
) -> None:
    hub.fail(file, fault, times=30)
    run = digestlang("models", "pull", REPOSITORY, "--quiet")
    assert run.code == 1
    assert len(run.errors) == 1 and "pull" in run.errors[0], run.stderr
    assert names() == []
    hub.heal()
    hub.requests.clear()
    assert digestlang("models", "pull", REPOSITORY).code == 0
    assert digestlang("models", "verify", NAME).code == 0
    if file == "model.safetensors":  # the small files were there already
        assert not [r for r in hub.requests if r.startswith("GET") and "source.spm" in r]


@pytest.mark.model
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.SLOW, Fault.ERROR_500])
def test_a_fault_that_passes_is_not_even_noticed(
    digestlang: CommandLine, hub: Hub, passing: None, fault: Fault
) -> None:
    hub.fail("model.safetensors", fault)
    assert digestlang("models", "pull", REPOSITORY).code == 0
    assert digestlang("models", "verify", NAME).code == 0


@pytest.mark.parametrize(
    ("repository", "complaint"),
    [
        ("helsinki/unknown", "HF_TOKEN"),
        (f"{REPOSITORY}@v9", "no revision 'v9'"),
        ("a/b/c", "OWNER/NAME"),
        ("helsinki/..", "cannot be a model's name"),
    ],
)
def test_what_is_not_there_is_named(
    digestlang: CommandLine, hub: Hub, repository: str, complaint: str
) -> None:
    run = digestlang("models", "pull", repository, "--quiet")
    assert run.code in (1, 2) and len(run.errors) == 1
    assert complaint in run.errors[0]


def test_a_private_repository_needs_the_token(
    digestlang: CommandLine, hub: Hub, passing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.token = "hf_secret"
    run = digestlang("models", "pull", REPOSITORY, "--quiet")
    assert run.code == 1 and "HF_TOKEN" in run.errors[0]
    assert "hf_secret" not in run.stderr
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert digestlang("models", "pull", REPOSITORY).code == 0


def test_a_hub_that_is_not_there(
    digestlang: CommandLine, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    run = digestlang("models", "pull", REPOSITORY, "--quiet")
    assert run.code == 1 and len(run.errors) == 1
    assert "http://127.0.0.1:9" in run.errors[0] and "run it again" in run.errors[0]


@pytest.mark.parametrize("variable", ["DIGESTLANG_OFFLINE", "HF_HUB_OFFLINE"])
def test_offline_nothing_is_asked(
    digestlang: CommandLine, hub: Hub, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    run = digestlang("models", "pull", REPOSITORY, "--quiet")
    assert run.code == 1 and "offline" in run.errors[0]
    monkeypatch.delenv(variable)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    assert digestlang("--offline", "models", "pull", REPOSITORY, "--quiet").code == 1
    monkeypatch.delenv("DIGESTLANG_OFFLINE", raising=False)
    assert hub.requests == []


def test_an_unsuitable_checkpoint_is_refused_before_its_weights_come(
    digestlang: CommandLine, hub: Hub, published: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(published, tmp_path / "bert")
    (other / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    hub.add("x/bert", other)
    run = digestlang("models", "pull", "x/bert", "--quiet")
    assert run.code == 1 and "'bert' is not supported" in run.errors[0]
    assert not [request for request in hub.requests if "safetensors" in request]
    (other / "config.json").unlink()
    hub.add("x/none", other)
    assert "config.json" in digestlang("models", "pull", "x/none", "--quiet").errors[0]


@pytest.mark.model
def test_pickled_weights_are_taken_only_on_demand(
    digestlang: CommandLine, hub: Hub, published: Path, passing: None, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    pickled = shutil.copytree(published, tmp_path / "pickled")
    weights = load_file(pickled / "model.safetensors")
    (pickled / "model.safetensors").unlink()
    hub.add("x/none", pickled)
    assert "no weights" in digestlang("models", "pull", "x/none", "--quiet").errors[0]
    torch.save(weights, pickled / "pytorch_model.bin")
    hub.add("x/pickled", pickled)
    run = digestlang("models", "pull", "x/pickled", "--quiet")
    assert run.code == 1 and "--allow-pickle" in run.errors[0]
    assert digestlang("models", "pull", "x/pickled", "--allow-pickle").code == 0
    assert converted(find_model("pickled"), "float32").is_dir()


@pytest.mark.model
def test_a_pickle_that_would_run_code_does_not(
    digestlang: CommandLine, hub: Hub, published: Path, tmp_path: Path
) -> None:
    import pickle

    class Attack:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.mkdir, (str(tmp_path / "was here"),))

    evil = shutil.copytree(published, tmp_path / "evil")
    (evil / "model.safetensors").unlink()
    (evil / "pytorch_model.bin").write_bytes(pickle.dumps({"weight": Attack()}, protocol=2))
    hub.add("x/evil", evil)
    run = digestlang("models", "pull", "x/evil", "--allow-pickle", "--quiet")
    assert run.code == 1 and len(run.errors) == 1
    assert not (tmp_path / "was here").exists()
    assert names() == []


@pytest.mark.model
def test_weights_in_shards(
    digestlang: CommandLine, hub: Hub, published: Path, passing: None, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    sharded = shutil.copytree(published, tmp_path / "sharded")
    weights = load_file(sharded / "model.safetensors")
    (sharded / "model.safetensors").unlink()
    parts = [dict(sorted(weights.items())[i::2]) for i in (0, 1)]
    index: dict[str, str] = {}
    for number, part in enumerate(parts):
        save_file(part, sharded / f"model-{number}.safetensors", metadata={"format": "pt"})
        index |= dict.fromkeys(part, f"model-{number}.safetensors")
    (sharded / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {}, "weight_map": index}), encoding="utf-8"
    )
    hub.add("x/sharded", sharded)
    assert digestlang("models", "pull", "x/sharded").code == 0
    assert {f"model-{n}.safetensors" for n in (0, 1)} < find_model("sharded").checksums.keys()
    assert converted(find_model("sharded"), "float32").is_dir()


def test_a_licence_may_ask_to_be_accepted(
    digestlang: CommandLine, hub: Hub, published: Path, passing: None, tmp_path: Path
) -> None:
    licensed = shutil.copytree(published, tmp_path / "nc")
    (licensed / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n", encoding="utf-8")
    hub.add("x/nc", licensed)
    run = digestlang("models", "pull", "x/nc", "--quiet")
    assert run.code == 2 and "--accept-licence" in run.errors[0] and "cc-by-nc" in run.errors[0]
    assert digestlang("models", "pull", "x/nc", "--accept-licence").code == 0
    assert find_model("nc").licence == "cc-by-nc-4.0"


def test_two_pulls_at_once_leave_one_whole_model(hub: Hub, passing: None) -> None:
    hub.fail("model.safetensors", Fault.SLOW, times=2)
    told: list[str] = []
    threads = [
        threading.Thread(target=installation.pull, args=(REPOSITORY,), kwargs={"tell": told.append})
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names() == [NAME]
    assert sum("installed already" in line for line in told) == 2
    assert len([r for r in hub.requests if r.startswith("GET") and ".safetensors" in r]) == 1


def test_a_full_disk_is_told_before_the_weights_come(
    digestlang: CommandLine, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=10_000_000)
    monkeypatch.setattr("digestlang.installation.hub.shutil.disk_usage", lambda path: usage)
    run = digestlang("models", "pull", REPOSITORY, "--quiet")
    assert run.code == 1 and "DIGESTLANG_MODELS" in run.errors[0]
    assert not [r for r in hub.requests if r.startswith("GET") and "safetensors" in r]


def test_a_folder_that_cannot_be_written(
    digestlang: CommandLine, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("DIGESTLANG_MODELS", str(tmp_path / "file" / "models"))
    run = digestlang("models", "pull", REPOSITORY, "--quiet")
    assert run.code == 1 and len(run.errors) == 1 and str(tmp_path / "file") in run.errors[0]


# -- the trial ------------------------------------------------------------------------------------


@pytest.mark.model
def test_a_model_of_random_weights_fails_its_trial(digestlang: CommandLine, hub: Hub) -> None:
    run = digestlang("models", "pull", REPOSITORY, "--quiet")
    assert run.code == 1 and "it was not installed" in run.errors[-1]
    assert names() == []


@pytest.mark.model
def test_a_real_model_passes_and_translates(
    digestlang: CommandLine, hub: Hub, sample_ko: Path, tmp_path: Path
) -> None:
    embedded = find_model("digest-small")
    published = tmp_path / "published"
    published.mkdir()
    for name in embedded.checksums:
        shutil.copy(embedded.path / name, published / name)
    hub.add("us/small", published)
    run = digestlang("models", "pull", "us/small")
    assert run.code == 0, run.stderr
    assert "warning" not in run.stderr
    run = digestlang("translate", sample_ko, "--model", "small", "--layout", "target")
    assert run.code == 0 and run.text


def test_a_trial_with_faults_warns() -> None:
    some = {"A sentence.": ["empty"], "Another.": ["loop"]}
    assert Trial(KO_EN, 10, some, 90.0).warning == "ko-en: 2 of 10 sentences failed (empty, loop)"
    assert Trial(KO_EN, 10, some, 90.0).is_usable
    assert not Trial(KO_EN, 10, {key: ["empty"] for key in "abcde"}, 90.0).is_usable
    assert "--engine transformers" in Trial(KO_EN, 10, {}, 20.0).warning
    assert Trial(KO_EN, 10, {}, 90.0).warning == ""


# -- archives -------------------------------------------------------------------------------------


@pytest.fixture
def archive(digestlang: CommandLine, tmp_path: Path) -> Path:
    """The embedded model in an archive."""
    path = tmp_path / "small.tar"
    run = digestlang("models", "export", "digest-small", path)
    assert run.code == 0, run.stderr
    return path


@pytest.mark.model
def test_a_model_goes_out_and_comes_in_elsewhere(
    digestlang: CommandLine, archive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DIGESTLANG_MODELS", str(tmp_path / "elsewhere"))
    run = digestlang("models", "import", archive)
    assert run.code == 0, run.stderr
    model = find_model("digest-small")
    assert model.path == tmp_path / "elsewhere" / "digest-small"
    assert digestlang("models", "verify", "digest-small").code == 0
    again = digestlang("models", "import", archive, "--quiet")
    assert again.code == 2 and "--force" in again.errors[0]
    assert digestlang("models", "import", archive, "--force", "--quiet").code == 0
    assert not list((tmp_path / "elsewhere").glob(".importing-*"))


def test_an_archive_is_not_written_over(digestlang: CommandLine, archive: Path) -> None:
    run = digestlang("models", "export", "digest-small", archive)
    assert run.code == 1 and "--force" in run.errors[0]
    assert digestlang("models", "export", "digest-small", archive, "--force").code == 0
    assert digestlang("models", "export", "digest-small", archive.parent / "no" / "x").code == 1
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


@pytest.mark.parametrize("cut", [0, 100, 10_000, 1_000_000])
def test_a_cut_archive_is_refused(archive: Path, tmp_path: Path, cut: int) -> None:
    archive.write_bytes(archive.read_bytes()[:cut])
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(ModelError):
        unpack_archive(archive, into)


def test_a_changed_byte_is_found(archive: Path, tmp_path: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(ModelError, match="damaged"):
        unpack_archive(archive, into)


def member(name: str, content: bytes = b"", **attributes: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


def manifest_with(*files: str) -> bytes:
    manifest = json.loads((find_model("digest-small").path / MANIFEST).read_bytes())
    return json.dumps(manifest | {"checksums": dict.fromkeys(files, "0" * 64)}).encode()


HOSTILE = {
    "a way out": [member("../evil", b"x")],
    "an absolute path": [member("/tmp/evil", b"x")],
    "a hidden model": [member(f".x/{MANIFEST}", b"{}")],
    "a link": [member(f"x/{MANIFEST}", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a hard link": [member(f"x/{MANIFEST}", type=tarfile.LNKTYPE, linkname="/etc/passwd")],
    "a device": [member(f"x/{MANIFEST}", type=tarfile.CHRTYPE)],
    "no manifest first": [member("x/config.json", b"{}")],
    "a file too many": [
        member(f"x/{MANIFEST}", manifest_with("a.json")),
        member("x/b.json", b"{}"),
    ],
    "a file twice": [member(f"x/{MANIFEST}", manifest_with("a.json"))] * 2,
    "another folder": [
        member(f"x/{MANIFEST}", manifest_with("a.json")),
        member("y/a.json", b"{}"),
    ],
    "a manifest that leads out": [
        member(f"x/{MANIFEST}", manifest_with("../../evil")),
        member("x/../../evil", b"x"),
    ],
    "no JSON": [member(f"x/{MANIFEST}", b"\x00")],
    "a file missing": [member(f"x/{MANIFEST}", manifest_with("a.json"))],
    "nothing": [],
}


@pytest.mark.parametrize("members", HOSTILE.values(), ids=HOSTILE)
def test_an_archive_cannot_write_where_it_should_not(
    digestlang: CommandLine, tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    path = tmp_path / "hostile.tar"
    with tarfile.open(path, "w") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    before = set(tmp_path.rglob("*"))
    run = digestlang("models", "import", path, "--quiet")
    assert run.code == 1 and len(run.errors) == 1, run.stderr
    assert set(tmp_path.rglob("*")) == before
    assert names() == []
    assert [p.name for p in own_folder().iterdir() if not p.name.startswith(".incoming")] == []


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\x1f\x8b" + b"\x00" * 600])
def test_another_file_is_no_archive(
    digestlang: CommandLine, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(content)
    run = digestlang("models", "import", path, "--quiet")
    assert run.code == 1 and len(run.errors) == 1
    assert digestlang("models", "import", tmp_path / "none.tar", "--quiet").code == 1


# -- choosing and removing ------------------------------------------------------------------------


@pytest.mark.model
def test_a_default_is_chosen_and_goes_with_its_model(
    digestlang: CommandLine, hub: Hub, passing: None
) -> None:
    assert digestlang("models", "pull", REPOSITORY).code == 0
    assert default_model(KO_EN).name == "digest-small"
    run = digestlang("models", "default", NAME, "--for", "en-ko")
    assert run.code == 2 and "ko-en" in run.errors[0]
    assert digestlang("models", "default", NAME).code == 0
    assert default_model(KO_EN).name == NAME
    assert default_model(EN_KO).name == "digest-small"
    assert f"{NAME}\tdigestlang models default" in digestlang("config").text
    copy = converted(find_model(NAME), "int8_float32")
    assert digestlang("models", "remove", NAME).code == 0
    assert not copy.exists()
    assert names() == [] and default_model(KO_EN).name == "digest-small"
    assert digestlang("models", "pull", REPOSITORY).code == 0  # and back


def test_the_embedded_model_stays(digestlang: CommandLine) -> None:
    run = digestlang("models", "remove", "digest-small")
    assert run.code == 1 and "was not installed" in run.errors[0]
    assert digestlang("models", "remove", "nothing").code == 1
    assert digestlang("models", "default", "nothing").code == 1


def test_the_catalogue_is_shown_with_its_warnings(digestlang: CommandLine) -> None:
    rows = json.loads(digestlang("models", "catalogue", "--json").text)
    assert len(rows) == len(catalogue.CATALOGUE)
    assert all(row["warning"] for row in rows if "-nc" in row["licence"])
    assert "opus-mt-ko-en" in digestlang("models", "catalogue").text


# -- without a network ----------------------------------------------------------------------------


def _has_namespaces() -> bool:
    command = ["unshare", "--map-root-user", "--net", "true"]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.mark.model
@pytest.mark.skipif(not _has_namespaces(), reason="needs Linux network namespaces (unshare)")
def test_a_digest_is_translated_with_the_network_cut(sample_ko: Path) -> None:
    cut = ["unshare", "--map-root-user", "--net"]
    command = [*cut, sys.executable, "-m", "digestlang", "translate", str(sample_ko), "-o", "-"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > len(sample_ko.read_text(encoding="utf-8"))
