"""Digest files: finding them, reading them, writing them whole."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from digestlang.digest.document import Format
from digestlang.digest.files import Source, check_writable, find_sources, output_name, read, write
from digestlang.errors import InputError, OutputError
from digestlang.languages import Language


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of files, also the current one."""
    names = (
        "a.md a.ko.md b.MARKDOWN c.txt d.jsonl e.pdf f.ko.md .g.md .git/h.md out/i.md sub/j.mkd "
        "sub/deep/k.ndjson sub/deep/j.md README"
    )
    for name in names.split():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*arguments: str, leave_out: Path | None = None) -> list[str]:
    return [str(source.relative) for source in find_sources(arguments, leave_out=leave_out)]


# -- finding --------------------------------------------------------------------------------------


def test_a_directory_gives_its_digests_only(tree: Path) -> None:
    assert set(found(".", leave_out=Path("out"))) == {
        "a.md",
        "b.MARKDOWN",
        "c.txt",
        "d.jsonl",
        "f.ko.md",
        "sub/deep/j.md",
        "sub/deep/k.ndjson",
        "sub/j.mkd",
    }


def test_a_directory_is_read_in_a_fixed_order(tree: Path) -> None:
    assert found(".") == found(str(tree)) == sorted(found("."), key=lambda name: Path(name).parts)


def test_a_file_that_is_named_needs_no_known_suffix(tree: Path) -> None:
    assert found("README", ".g.md", "a.ko.md", "sub/j.mkd") == [
        "README",
        ".g.md",
        "a.ko.md",
        "j.mkd",
    ]


def test_globs_reach_below(tree: Path) -> None:
    assert found("*.md") == ["a.ko.md", "a.md", "f.ko.md"]
    assert found("sub/**/*.md") == ["j.md"]
    assert set(found("s*")) == {"j.mkd", "deep/j.md", "deep/k.ndjson"}


def test_a_name_that_looks_like_a_glob_is_a_name_first(tree: Path) -> None:
    Path("[ab].md").write_text("x")
    assert found("[ab].md") == ["[ab].md"]


def test_no_file_is_taken_twice(tree: Path) -> None:
    Path("link.md").symlink_to("a.md")
    assert found("a.md", "./a.md", str(tree / "a.md"), "link.md", "a.m?") == ["a.md"]
    assert found("-", "-") == ["-"]


@pytest.mark.parametrize("argument", ["missing.md", "*.rst", "e.pdf/x.md", "empty"])
def test_an_argument_that_stands_for_nothing_is_named(tree: Path, argument: str) -> None:
    Path("empty").mkdir()
    with pytest.raises(InputError, match=rf"^{re.escape(argument)}: no "):
        find_sources(["a.md", argument])


# -- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("x.md", Format.MARKDOWN),
        ("x.MD", Format.MARKDOWN),
        ("x.markdown", Format.MARKDOWN),
        ("x", Format.MARKDOWN),
        ("x.unknown", Format.MARKDOWN),
        ("x.txt", Format.TEXT),
        ("x.TEXT", Format.TEXT),
    ],
)
def test_the_suffix_gives_the_format_unless_it_is_named(
    tmp_path: Path, name: str, format_: Format
) -> None:
    path = tmp_path / name
    path.write_text("Words of the day.")
    source = Source(path, Path(name))
    assert read(source).format is format_
    assert read(source, Format.TEXT).format is Format.TEXT


def test_text_is_read_byte_for_byte(tmp_path: Path) -> None:
    content = "\ufeff하나\r\n둘\rthree\n\x0c\u2028 ".encode()
    path = tmp_path / "x.md"
    path.write_bytes(content)
    assert read(Source(path, Path("x.md"))).text.encode() == content


# -- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "name"),
    [
        ("x.md", Language.KOREAN, "x.ko.md"),
        ("x.en.md", Language.KOREAN, "x.ko.md"),
        ("x.ko.md", Language.ENGLISH, "x.en.md"),
        ("2024-09-27.table.en.md", Language.KOREAN, "2024-09-27.table.ko.md"),
        ("x.fr.md", Language.KOREAN, "x.fr.ko.md"),
        ("sub/x.jsonl", Language.ENGLISH, "sub/x.en.jsonl"),
        ("README", Language.KOREAN, "README.ko"),
        ("v1.0", Language.KOREAN, "v1.ko.0"),
    ],
)
def test_the_output_is_named_after_input_and_language(
    source: str, target: Language, name: str
) -> None:
    assert output_name(Path(source), target) == Path(name)


def test_folders_are_made_and_bytes_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "x.md"
    write(path, "하나\r\n둘")
    assert path.read_bytes() == "하나\r\n둘".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_overwritten_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    write(path, "one")
    with pytest.raises(OutputError, match="--force overwrites it"):
        write(path, "two")
    assert path.read_text() == "one"
    write(path, "two", force=True)
    assert path.read_text() == "two"


def test_permissions_are_those_of_the_umask_or_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    before = os.umask(0o027)
    try:
        write(path, "one")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o600)
    write(path, "two", force=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_interruption_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "x.md", "one")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_is_no_output_whatever_the_force(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a directory"):
        check_writable(tmp_path, force=True)
