"""Models on disk: found by name or folder, described, checked."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from digestlang.checksums import checksum
from digestlang.errors import ModelError, UnsupportedLanguageError
from digestlang.languages import DIRECTIONS, Direction, Language
from digestlang.models import (
    MANIFEST,
    Family,
    default_model,
    find_model,
    list_models,
    model_folders,
    read_model,
    verify,
)

EN_KO, KO_EN = DIRECTIONS
NAME = "digest-small"


def checkpoint(folder: Path, **files: dict[str, Any]) -> Path:
    """A folder that looks like a Hugging Face checkpoint, with files of no content."""
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


def marian(folder: Path, *, tokens: str = "", **languages: str) -> Path:
    vocabulary = dict.fromkeys(["</s>", *tokens.split()], 0)
    return checkpoint(
        folder, config={"model_type": "marian"}, vocab=vocabulary, tokenizer_config=languages
    )


def manifest(folder: Path, **changes: Any) -> Path:
    """A model with a manifest of its own."""
    marian(folder)
    content = {
        "family": "marian",
        "directions": ["en-ko"],
        "default_for": [],
        "target_tokens": {},
        "max_source_tokens": 100,
        "max_positions": 512,
        "placeholders": True,
        "licence": "CC0-1.0",
        "description": "made by a test",
        "checksums": {"model.safetensors": checksum(folder / "model.safetensors")},
    }
    (folder / MANIFEST).write_text(json.dumps(content | changes))
    return folder


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of models."""
    folder = tmp_path / "models"
    monkeypatch.setenv("DIGESTLANG_MODELS", str(folder))
    return folder


# -- finding --------------------------------------------------------------------------------------


def test_the_embedded_model_does_both_directions_by_default() -> None:
    for direction in DIRECTIONS:
        assert direction in default_model(direction).default_for
    assert find_model(NAME).directions == frozenset(DIRECTIONS)


def test_the_users_models_are_found_by_name_and_hide_embedded_ones(own: Path) -> None:
    manifest(own / "mine")
    manifest(own / NAME, default_for=["en-ko"])
    assert {model.name for model in list_models()} >= {"mine", NAME}
    assert find_model("mine").path == own / "mine"
    assert find_model(NAME).path == default_model(EN_KO).path == own / NAME


def test_without_the_variable_models_are_in_the_users_data(home: Path) -> None:
    assert home in model_folders()[0].parents


def test_a_model_that_is_the_default_of_none_is_still_used_if_alone(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest(own / "mine")
    monkeypatch.setattr("digestlang.models.model_folders", lambda: [own])
    assert default_model(EN_KO).name == "mine"
    with pytest.raises(ModelError, match="no model for ko-en"):
        default_model(KO_EN)


def test_a_model_refuses_a_direction_and_names_one_that_does_it(own: Path) -> None:
    model = read_model(manifest(own / "mine"))
    model.check_direction(EN_KO)
    with pytest.raises(UnsupportedLanguageError, match=f"it does en-ko; --model {NAME} does"):
        model.check_direction(KO_EN)


# -- describing -----------------------------------------------------------------------------------


def test_a_manifest_is_read_as_it_is_written(tmp_path: Path) -> None:
    model = read_model(manifest(tmp_path / "m", target_tokens={"kor": ">>ko<<"}))
    assert (model.name, model.family, model.licence) == ("m", Family.MARIAN, "CC0-1.0")
    assert model.directions == frozenset({EN_KO})
    assert model.target_tokens == {Language.KOREAN: ">>ko<<"}
    assert model.placeholders
    assert model.size == sum(path.stat().st_size for path in (tmp_path / "m").iterdir())


@pytest.mark.parametrize(
    ("tokens", "languages", "directions", "target_tokens"),
    [
        ("", {"source_lang": "ko", "target_lang": "en"}, [KO_EN], {}),
        ("", {"source_lang": "eng", "target_lang": "kor"}, [EN_KO], {}),
        (
            ">>kor<< >>jpn<<",
            {"source_lang": "en", "target_lang": "mul"},
            [EN_KO],
            {Language.KOREAN: ">>kor<<"},
        ),
        (
            ">>ko<< >>en<<",
            {"source_lang": "mul", "target_lang": "mul"},
            DIRECTIONS,
            {Language.KOREAN: ">>ko<<", Language.ENGLISH: ">>en<<"},
        ),
    ],
)
def test_a_marian_checkpoint_tells_its_languages(
    tmp_path: Path,
    tokens: str,
    languages: dict[str, str],
    directions: list[Direction],
    target_tokens: dict[Language, str],
) -> None:
    model = read_model(marian(tmp_path / "m", tokens=tokens, **languages))
    assert model.family is Family.MARIAN
    assert model.directions == frozenset(directions)
    assert model.target_tokens == target_tokens
    assert not model.placeholders


@pytest.mark.parametrize(
    ("tokenizer", "family", "korean"),
    [
        ("NllbTokenizer", Family.NLLB, "kor_Hang"),
        ("NllbTokenizerFast", Family.NLLB, "kor_Hang"),
        ("M2M100Tokenizer", Family.M2M_100, "__ko__"),
    ],
)
def test_the_tokenizer_tells_nllb_from_m2m100(
    tmp_path: Path, tokenizer: str, family: Family, korean: str
) -> None:
    path = checkpoint(
        tmp_path / "m",
        config={"model_type": "m2m_100", "max_position_embeddings": 1024},
        tokenizer_config={"tokenizer_class": tokenizer},
    )
    model = read_model(path)
    assert (model.family, model.target_tokens[Language.KOREAN]) == (family, korean)
    assert model.directions == frozenset(DIRECTIONS)
    assert model.max_source_tokens == 256


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "config.json is missing"),
        ({"config": {"model_type": "gpt2"}}, "model type 'gpt2' is not supported"),
        ({"config": {}}, "model type None is not supported"),
        ({"config": {"model_type": "marian"}}, "vocab.json is missing"),
        ({"config": {"model_type": "m2m_100"}}, "tokenizer_config.json is missing"),
        (
            {"config": {"model_type": "marian"}, "vocab": {}, "tokenizer_config": {}},
            "names no Korean and English",
        ),
        (
            {
                "config": {"model_type": "marian"},
                "vocab": {},
                "tokenizer_config": {"source_lang": "de", "target_lang": "en"},
            },
            "names no Korean and English",
        ),
        (
            {
                "config": {"model_type": "m2m_100"},
                "tokenizer_config": {"tokenizer_class": None},
            },
            "tokenizer_config.json",
        ),
        (
            {
                "config": {"model_type": "marian", "max_position_embeddings": "many"},
                "vocab": {},
                "tokenizer_config": {"source_lang": "ko", "target_lang": "en"},
            },
            "config.json",
        ),
    ],
)
def test_a_checkpoint_that_cannot_be_run_says_why(
    tmp_path: Path, files: dict[str, dict[str, Any]], said: str
) -> None:
    with pytest.raises(ModelError, match=said):
        read_model(checkpoint(tmp_path / "m", **files))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1]"])
def test_a_configuration_that_is_no_json_is_named(tmp_path: Path, content: bytes) -> None:
    path = marian(tmp_path / "m") / "config.json"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=str(path)):
        read_model(path.parent)


# -- checking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.json", "config.json"])
def test_the_fingerprint_changes_with_any_file(tmp_path: Path, name: str) -> None:
    path = marian(tmp_path / "m", source_lang="ko", target_lang="en")
    before = read_model(path).fingerprint
    assert read_model(path).fingerprint == before
    with (path / name).open("a") as file:
        file.write(" ")
    assert read_model(path).fingerprint != before


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    model = read_model(manifest(tmp_path / "m"))
    verify(model)
    (model.path / "model.safetensors").write_bytes(b"other")
    for anew in (True, False):
        with pytest.raises(ModelError, match=r"model m: .*is damaged"):
            verify(model, anew=anew)
    (model.path / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="is missing; install the model again"):
        verify(model)


def test_reading_anew_sees_what_size_and_time_do_not_tell(tmp_path: Path) -> None:
    model = read_model(manifest(tmp_path / "m"))
    path = model.path / "model.safetensors"
    status = path.stat()
    verify(model, anew=False)
    path.write_bytes(b"WEIGHTS")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    verify(model, anew=False)  # taken as read
    with pytest.raises(ModelError, match="is damaged"):
        verify(model)


def test_a_cache_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("DIGESTLANG_CACHE", str(blocked))
    assert checksum(blocked) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
