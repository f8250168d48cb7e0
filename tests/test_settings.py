"""Settings: command line, environment, file, default, in that order; and what shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CommandLine
from fakes import FakeEngine

from digestlang import settings
from digestlang.digest.layouts import LAYOUTS
from digestlang.models import own_folder


@pytest.fixture
def config(home: Path) -> Path:
    """The path of the user's configuration file, not there yet."""
    path = settings.config_path()
    assert home in path.parents
    path.parent.mkdir(parents=True)
    return path


def shown(run_json: str) -> dict[str, tuple[str, str]]:
    return {one["name"]: (one["value"], one["origin"]) for one in json.loads(run_json)}


def test_without_a_file_all_is_default(digestlang: CommandLine, config: Path) -> None:
    found = shown(digestlang("config", "--json").text)
    assert found["offline"] == ("False", "default")
    assert found["models"] == (str(own_folder()), "default")
    assert "translate --layout" not in found
    every = shown(digestlang("config", "--all", "--json").text)
    assert every["translate --layout"] == ("interleaved", "default")


def test_each_place_hides_the_next(
    digestlang: CommandLine,
    config: Path,
    engine: FakeEngine,
    sample_en: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def translated(*options: str) -> str:
        return digestlang("translate", sample_en, "--no-memory", *options).text

    layouts = {name: translated("--layout", name) for name in LAYOUTS}
    assert len(set(layouts.values())) == len(LAYOUTS)
    assert translated() == layouts["interleaved"]
    config.write_text('[translate]\nlayout = "table"\n', encoding="utf-8")
    assert translated() == layouts["table"]
    assert shown(digestlang("config", "--json").text)["translate --layout"] == (
        "table",
        str(config),
    )
    monkeypatch.setenv("DIGESTLANG_TRANSLATE_LAYOUT", "details")
    assert translated() == layouts["details"]
    found = shown(digestlang("config", "--json").text)
    assert found["translate --layout"] == ("details", "DIGESTLANG_TRANSLATE_LAYOUT")
    assert translated("--layout", "target") == layouts["target"]


def test_general_settings_come_from_environment_or_file(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('[general]\nmodels = "/data/models"\noffline = true\n', encoding="utf-8")
    assert settings.located("models") == ("/data/models", str(config))
    assert own_folder() == Path("/data/models")
    assert settings.is_offline()
    monkeypatch.setenv("DIGESTLANG_MODELS", str(tmp_path))
    assert settings.located("models") == (str(tmp_path), "DIGESTLANG_MODELS")
    config.unlink()
    assert not settings.is_offline()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert settings.is_offline()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[translate\n", "cannot be read as TOML"),
        ("layout = 'table'\n", "'layout' stands in no table"),
        ("[general]\nmodel = 'x'\n", "[general] has no setting 'model'; it has models, cache"),
        ("[translat]\n", "there is no command [translat]"),
        ("[translate]\nlayouts = 'table'\n", "[translate] has no option 'layouts'"),
        ("[eval.runs]\n", "there is no command [eval.runs]"),
        ("[eval]\nrun = 3\n", "there is no command [eval.run]"),
        ("[translate]\nlayout = 'tables'\n", "'tables' is not one of"),
        ("\x00", "cannot be read as TOML"),
    ],
)
def test_a_faulty_file_is_named_with_its_fault(
    digestlang: CommandLine, config: Path, sample_en: Path, content: str, complaint: str
) -> None:
    config.write_text(content, encoding="utf-8")
    run = digestlang("translate", sample_en, "--dry-run")
    assert run.code == 2
    assert complaint in run.stderr
    assert run.stdout == b""


def test_another_file_may_be_named_and_has_to_be_there(
    digestlang: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.toml"
    monkeypatch.setenv("DIGESTLANG_CONFIG", str(path))
    run = digestlang("config")
    assert run.code == 2 and str(path) in run.errors[0]
    path.write_text("[translate]\nbeam-size = 6\n", encoding="utf-8")
    found = shown(digestlang("config", "--json").text)
    assert found["translate --beam-size"] == ("6", str(path))
    assert found["configuration file"][1] == "DIGESTLANG_CONFIG"


def test_a_file_of_other_bytes_is_refused(digestlang: CommandLine, config: Path) -> None:
    config.write_bytes(b"[translate]\nlayout = '\xff'\n")
    run = digestlang("config")
    assert (run.code, len(run.errors)) == (2, 1)
    assert str(config) in run.stderr
