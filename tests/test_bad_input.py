"""Whatever is wrong: one clear line, the right exit code, nothing lost and nothing half written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CommandLine, Run
from fakes import FakeEngine

from digestlang import models

ENGLISH = "We propose a method for the translation of digests.\n"
REPOSITORY = Path(__file__).parents[1]
EMBEDDED = REPOSITORY / "models" / "digest-small"

pytestmark = pytest.mark.usefixtures("engine")


def complaint(run: Run, code: int = 1) -> str:
    """The one line that a failed run said, and nothing on standard output."""
    assert run.stdout == b""
    assert run.code == code, run.stderr
    assert len(run.errors) == 1, run.stderr
    assert run.errors[0].startswith("digestlang: ")
    return run.errors[0]


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    path = tmp_path / "digest.md"
    path.write_text(ENGLISH)
    return path


# -- inputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["translate", "detect"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("요약\n".encode() + b"caf\xe9\n", "not UTF-8 at byte 10"),
        ("요약".encode("cp949"), "not UTF-8 at byte 0"),
        ("요약".encode("utf-16"), "not UTF-8 at byte 0"),
        (b"", "is empty"),
        (b"PK\x03\x04\x00\x00", "binary file (NUL at byte 4)"),
    ],
)
def test_a_file_that_is_no_text_says_where(
    digestlang: CommandLine, digest: Path, command: str, content: bytes, said: str
) -> None:
    digest.write_bytes(content)
    line = complaint(digestlang(command, digest))
    assert said in line
    assert str(digest) in line


def test_empty_standard_input(digestlang: CommandLine) -> None:
    assert "<stdin>: the file is empty" in complaint(digestlang("translate", "-"))


@pytest.mark.parametrize("name", ["missing.md", "*.md", "missing/", "x" * 300 + ".md"])
@pytest.mark.parametrize("command", ["translate", "detect"])
def test_an_input_that_is_not_there(
    digestlang: CommandLine, tmp_path: Path, command: str, name: str
) -> None:
    assert "digestlang: " in complaint(digestlang(command, tmp_path / name))


@pytest.mark.parametrize("command", ["translate", "detect", "detect --json"])
def test_a_name_that_is_no_text_is_read_and_reported(
    digestlang: CommandLine, tmp_path: Path, command: str
) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.md")
    try:
        path.write_text(ENGLISH)
    except OSError:
        pytest.skip("file names are text here")
    report = ["--report", str(tmp_path / "report.json")] if command == "translate" else []
    run = digestlang(*command.split(), path, *report)
    assert run.code == 0
    assert ENGLISH.strip() in run.text
    if report:
        assert len(json.loads((tmp_path / "report.json").read_text())["segments"]) == 1


def test_a_directory_without_digests_names_the_suffixes(
    digestlang: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    assert ".md" in complaint(digestlang("translate", tmp_path))


def test_one_bad_file_does_not_stop_the_others(
    digestlang: CommandLine, tmp_path: Path, digest: Path
) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff")
    (tmp_path / "z.md").write_text(ENGLISH)
    run = digestlang("translate", tmp_path, "-o", tmp_path / "out", "--quiet")
    assert run.code == 1
    assert run.errors == [
        f"digestlang: {tmp_path / 'a.md'}: not UTF-8 at byte 0; convert it, e.g. with iconv "
        "-t UTF-8",
        "digestlang: 1 of 3 files could not be translated",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["digest.ko.md", "z.ko.md"]


# -- languages and layouts ------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["-t", "-f", "--to", "--from"])
def test_an_unsupported_language(digestlang: CommandLine, digest: Path, option: str) -> None:
    assert "'fr' is not supported" in complaint(digestlang("translate", digest, option, "fr"), 2)


def test_from_and_to_the_same(digestlang: CommandLine, digest: Path) -> None:
    run = digestlang("translate", digest, "-f", "ko", "-t", "kor_Hang")
    assert "both ko" in complaint(run, 2)


@pytest.mark.parametrize("layout", ["table", "details"])
def test_plain_text_has_no_tables(digestlang: CommandLine, tmp_path: Path, layout: str) -> None:
    path = tmp_path / "digest.txt"
    path.write_text(ENGLISH)
    line = complaint(digestlang("translate", path, "--layout", layout), 2)
    assert "needs Markdown; use interleaved or target" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["--layout", "sideways"],
        ["--beam-size", "0"],
        ["--engine", "magic"],
        ["--threads", "many"],
        ["--no-such-option"],
    ],
)
def test_options_click_refuses(digestlang: CommandLine, digest: Path, arguments: list[str]) -> None:
    run = digestlang("translate", digest, *arguments)
    assert run.code == 2
    assert run.errors[0].startswith("Usage: ")
    assert run.errors[-1].startswith("Error: ")


# -- outputs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["same", "relative", "symlink", "hard link"])
def test_the_input_is_never_overwritten(
    digestlang: CommandLine, digest: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = Path("./digest.md") if how == "relative" else digest.with_name("other.md")
    monkeypatch.chdir(digest.parent)
    if how == "same":
        output = digest
    elif how == "symlink":
        output.symlink_to(digest)
    elif how == "hard link":
        output.hardlink_to(digest)
    run = digestlang("translate", digest, "-o", output, "--force")
    assert "would overwrite the input" in complaint(run, 2)
    assert digest.read_text() == ENGLISH


def test_no_output_overwrites_another_input(digestlang: CommandLine, tmp_path: Path) -> None:
    english, korean = tmp_path / "digest.en.md", tmp_path / "digest.ko.md"
    english.write_text(ENGLISH)
    korean.write_text("이 논문은 새로운 방법을 제안합니다.\n")
    run = digestlang("translate", english, korean, "--force")
    assert run.code != 0
    assert english.read_text() == ENGLISH
    assert korean.read_text() == "이 논문은 새로운 방법을 제안합니다.\n"


def test_no_output_overwrites_another_output(digestlang: CommandLine, tmp_path: Path) -> None:
    for folder, text in (("a", "The first of the two."), ("b", "The second of the two.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.md").write_text(text)
    out = tmp_path / "out"
    run = digestlang("translate", *sorted(tmp_path.glob("[ab]/x.md")), "-o", out, "--force")
    assert run.code != 0
    texts = "".join(path.read_text() for path in out.rglob("*.md"))
    assert "second" not in texts or "first" in texts


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_the_report_never_overwrites_an_input(
    digestlang: CommandLine, digest: Path, force: list[str]
) -> None:
    assert digestlang("translate", digest, "--report", digest, *force).code != 0
    assert digest.read_text() == ENGLISH


def test_an_existing_output_needs_force(digestlang: CommandLine, digest: Path) -> None:
    output = digest.with_name("out.md")
    output.write_text("before")
    assert "--force overwrites it" in complaint(digestlang("translate", digest, "-o", output))
    assert output.read_text() == "before"
    assert digestlang("translate", digest, "-o", output, "--force").code == 0
    assert output.read_text().startswith(ENGLISH)


@pytest.mark.parametrize("option", ["-o", "--report"])
def test_an_output_below_a_file(
    digestlang: CommandLine, digest: Path, engine: FakeEngine, option: str
) -> None:
    output = digest / "below" / "out"
    run = digestlang("translate", digest, option, output, "--quiet", "--no-memory")
    assert run.code == 1
    assert run.errors[-1].startswith(f"digestlang: {output}: cannot be written")


def test_an_output_name_too_long(digestlang: CommandLine, digest: Path) -> None:
    line = complaint(digestlang("translate", digest, "-o", digest.with_name("x" * 300 + ".md")))
    assert "name too long" in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_directory(digestlang: CommandLine, digest: Path) -> None:
    digest.parent.chmod(0o555)
    try:
        run = digestlang("translate", digest, "-o", digest.with_name("out.md"))
        assert "cannot be written (Permission denied)" in complaint(run)
    finally:
        digest.parent.chmod(0o755)


@pytest.mark.parametrize("before", [None, "before"])
def test_a_full_disk_leaves_all_as_it_was(
    digestlang: CommandLine, digest: Path, before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = digest.parent / "out" / "out.md"
    output.parent.mkdir()
    if before is not None:
        output.write_text(before)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    run = digestlang("translate", digest, "-o", output, "--force")
    assert "cannot be written (No space left on device); nothing was changed" in complaint(run)
    assert [path.read_text() for path in output.parent.iterdir()] == ([before] if before else [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "arguments",
    [
        ["translate", "--engine", "identity"],
        ["translate", "--dry-run"],
        ["detect"],
        ["detect", "--json"],
        ["models", "verify"],
        ["models", "list"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_standard_output_on_a_full_disk(digest: Path, arguments: list[str]) -> None:
    if arguments[0] in ("translate", "detect"):
        arguments = [*arguments, str(digest)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "digestlang", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    lines = done.stderr.splitlines()
    assert done.returncode == 1, done.stderr
    assert lines == ["digestlang: standard output cannot be written (No space left on device)"]


def test_a_reader_that_has_seen_enough_is_no_error_to_report(digest: Path) -> None:
    digest.write_text(ENGLISH * 20_000)
    command = f"'{sys.executable}' -m digestlang translate --engine identity --quiet '{digest}'"
    done = subprocess.run(
        f"{command} | head -c 1 >/dev/null", shell=True, stderr=subprocess.PIPE, text=True
    )
    assert done.stderr == ""


# -- models ---------------------------------------------------------------------------------------


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    """The embedded model in a folder of the test's own."""
    return Path(shutil.copytree(EMBEDDED, tmp_path / "copied-model"))


def test_a_missing_model_names_those_there_are(digestlang: CommandLine, digest: Path) -> None:
    line = complaint(digestlang("translate", digest, "--model", "nonesuch"))
    assert "no model 'nonesuch'" in line
    assert "digest-small" in line


def test_no_model_at_all(
    digestlang: CommandLine, digest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "model_folders", lambda: [tmp_path / "none"])
    assert "no model for en-ko in " in complaint(digestlang("translate", digest))


def test_a_folder_that_is_no_model(digestlang: CommandLine, digest: Path, tmp_path: Path) -> None:
    line = complaint(digestlang("translate", digest, "--model", tmp_path))
    assert "config.json is missing" in line


def _flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["model.safetensors", "source.spm", "vocab.json"])
@pytest.mark.parametrize("command", ["translate", "verify"])
def test_a_damaged_model_is_not_used(
    digestlang: CommandLine,
    digest: Path,
    copied_model: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    name: str,
) -> None:
    monkeypatch.undo()  # the real engine, which checks what it loads
    _flip_a_byte(copied_model / name)
    if command == "translate":
        run = digestlang("translate", digest, "--model", copied_model)
    else:
        run = digestlang("models", "verify", copied_model)
    assert f"{copied_model / name} is damaged (wrong SHA-256)" in complaint(run)


def test_a_model_without_its_weights(
    digestlang: CommandLine, copied_model: Path, digest: Path
) -> None:
    (copied_model / "model.safetensors").unlink()
    line = complaint(digestlang("models", "verify", copied_model))
    assert "model.safetensors is missing" in line
    (copied_model / models.MANIFEST).unlink()
    line = complaint(digestlang("translate", digest, "--model", copied_model))
    assert "no weights" in line


@pytest.mark.parametrize(
    "change",
    [
        "{",
        "[]",
        {"family": None},
        {"family": "gpt"},
        {"directions": ["en-fr"]},
        {"directions": "en-ko"},
        {"directions": 1},
        {"target_tokens": ["ko"]},
        {"checksums": ["config.json"]},
        {"max_source_tokens": "many"},
    ],
    ids=str,
)
def test_a_malformed_manifest_is_named(
    digestlang: CommandLine, copied_model: Path, change: str | dict[str, object]
) -> None:
    manifest = copied_model / models.MANIFEST
    if isinstance(change, str):
        manifest.write_text(change)
    else:
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    assert str(manifest) in complaint(digestlang("models", "verify", copied_model))


# -- JSON Lines -----------------------------------------------------------------------------------


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps({"id": 1, "summary": ENGLISH.strip()}) + "\n")
    return path


@pytest.mark.parametrize(
    "line", ['{"summary": ', "[1, 2]", "text", '{"a": 1} {"b": 2}', "[" * 100_000, "null"]
)
def test_a_broken_line_is_named(digestlang: CommandLine, records: Path, line: str) -> None:
    with records.open("a") as file:
        file.write(line + "\n")
    said = complaint(digestlang("translate", records, "--field", "summary"))
    assert said.startswith(f"digestlang: {records}:2: ")


def test_json_lines_need_a_field(digestlang: CommandLine, records: Path) -> None:
    assert "--field" in complaint(digestlang("translate", records), 2)


def test_an_unknown_field_names_those_seen(digestlang: CommandLine, records: Path) -> None:
    line = complaint(digestlang("translate", records, "--field", "abstract"), 2)
    assert "fields seen: id, summary" in line


def test_half_a_surrogate_pair_passes_through(digestlang: CommandLine, records: Path) -> None:
    broken = '{"summary": "The words of the day \\ud800 are here."}\n'
    records.write_text(broken + records.read_text())
    run = digestlang("translate", records, "--field", "summary", "--quiet")
    assert run.code == 0
    first, second = run.text.splitlines(keepends=True)
    assert first == broken
    assert "summary_ko" in second


# -- the memory -----------------------------------------------------------------------------------


def _corrupt(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)


def _no_database(path: Path) -> None:
    path.write_text("a text file that somebody needs\n" * 10)


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()


def _somebody_elses(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


def _directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_corrupt, _no_database, _newer, _somebody_elses, _directory])
@pytest.mark.parametrize("command", ["translate", "stats"])
def test_a_file_that_is_no_memory_is_left_alone(
    digestlang: CommandLine, digest: Path, command: str, make: Callable[[Path], None]
) -> None:
    path = digest.with_name("memory.sqlite3")
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    arguments = ["translate", str(digest)] if command == "translate" else ["memory", "stats"]
    line = complaint(digestlang(*arguments, "--memory", path))
    assert str(path) in line
    assert "--memory" in line
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_memory_below_a_file(digestlang: CommandLine, digest: Path) -> None:
    line = complaint(digestlang("translate", digest, "--memory", digest / "memory.sqlite3"))
    assert "go without with --no-memory" in line
