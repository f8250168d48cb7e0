"""``digestlang models``, and the help of every command."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from conftest import CommandLine

from digestlang.cli import cli
from digestlang.models import find_model

NAME = "digest-small"


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command line up to its options: (), (translate,), (memory, stats) …"""
    found = [path]
    for name, command in group.commands.items():
        below = (*path, name)
        found += commands(command, below) if isinstance(command, click.Group) else [below]
    return found


@pytest.mark.parametrize("command", commands(cli), ids=" ".join)
def test_every_command_has_help(digestlang: CommandLine, command: tuple[str, ...]) -> None:
    run = digestlang(*command, "--help")
    assert (run.code, run.stderr) == (0, "")
    assert run.text.startswith(f"Usage: {' '.join(['digestlang', *command])}")


def test_the_version(digestlang: CommandLine) -> None:
    from digestlang import __version__

    assert digestlang("--version").text == f"digestlang, version {__version__}\n"


def test_no_command_is_wrong_usage(digestlang: CommandLine) -> None:
    run = digestlang()
    assert run.code == 2
    assert "Usage: digestlang" in run.stderr


def test_the_embedded_model_is_listed(digestlang: CommandLine) -> None:
    header, *rows = [line.split("\t") for line in digestlang("models", "list").text.splitlines()]
    assert header[:3] == ["name", "family", "directions"]
    (row,) = [row for row in rows if row[0] == NAME]
    assert row[1:3] == ["marian", "en-ko ko-en"]


def test_the_list_for_machines(digestlang: CommandLine) -> None:
    found = {
        model["name"]: model for model in json.loads(digestlang("models", "list", "--json").text)
    }
    model = found[NAME]
    assert model["directions"] == ["en-ko", "ko-en"]
    assert model["licence"] == "CC-BY-SA-4.0"
    assert model["size"] > 1_000_000


def test_every_direction_has_a_default_model(digestlang: CommandLine) -> None:
    listed = json.loads(digestlang("models", "list", "--json").text)
    assert {d for model in listed for d in model["default_for"]} == {"en-ko", "ko-en"}


def test_a_model_is_described(digestlang: CommandLine) -> None:
    model = find_model(NAME)
    found = json.loads(digestlang("models", "info", NAME, "--json").text)
    assert found["path"] == str(model.path)
    assert found["fingerprint"] == model.fingerprint
    assert found["checksums"] == dict(model.checksums)
    said = digestlang("models", "info", NAME).text
    assert f"fingerprint\t{model.fingerprint}\n" in said
    assert f"SHA-256 of vocab.json\t{model.checksums['vocab.json']}\n" in said


def test_a_folder_is_described_too(digestlang: CommandLine) -> None:
    path = find_model(NAME).path
    assert digestlang("models", "info", path).stdout == digestlang("models", "info", NAME).stdout


def test_the_embedded_models_are_whole(digestlang: CommandLine) -> None:
    run = digestlang("models", "verify")
    assert run.code == 0
    assert f"{NAME}: {len(find_model(NAME).checksums)} files, all as they should be" in run.text


def test_every_file_of_the_embedded_model_is_checked() -> None:
    model = find_model(NAME)
    read = {path.name for path in model.path.iterdir() if path.suffix not in (".md", ".svg")}
    assert read - set(model.checksums) == {"digestlang.json"}


def test_an_unknown_model_is_one_line(digestlang: CommandLine, tmp_path: Path) -> None:
    for command in ("info", "verify"):
        run = digestlang("models", command, tmp_path / "nonesuch")
        assert (run.code, run.stdout, len(run.errors)) == (1, b"", 1)
