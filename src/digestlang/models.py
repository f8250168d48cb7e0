"""Which models there are, what they can do, and whether their files are what they should be.

A model is a folder in Hugging Face format. One that ships with digestlang, or was installed, has a
manifest beside its files, ``digestlang.json``; of any other folder what a manifest would say is
read from the checkpoint's own configuration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs

from digestlang import settings
from digestlang.checksums import checksum
from digestlang.errors import ModelError, UnsupportedLanguageError
from digestlang.languages import DIRECTIONS, Direction, Language, parse_language

MANIFEST = "digestlang.json"
DEFAULTS = "defaults.json"  # in the user's folder: which model is used for which direction
SHARDS_INDEX = "model.safetensors.index.json"
_WEIGHTS = ("model.safetensors", SHARDS_INDEX, "pytorch_model.bin")
# Of a checkpoint, beside its weights. NLLB-200 and M2M-100 have one of the last ones each.
CHECKPOINT_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "source.spm",
    "target.spm",
    "sentencepiece.bpe.model",
    "tokenizer.json",
)
# Of the weights that CTranslate2 runs, the default first.
QUANTIZATIONS = ("int8_float32", "int8", "float16", "float32")


class Family(StrEnum):
    """The model families digestlang runs."""

    MARIAN = "marian"
    NLLB = "nllb"
    M2M_100 = "m2m100"


@dataclass(frozen=True, slots=True)
class Model:
    """A translation model on disk.

    ``target_tokens`` are the language tokens of its vocabulary; a one-direction Marian model has
    none. ``checksums`` maps file names to SHA-256 in hexadecimal. ``placeholders`` says whether it
    was trained to carry ``⟦1⟧`` through. Sentences of more than ``max_source_tokens`` are split
    before they are translated; ``max_positions`` is as far as the network can count at all.
    Hypotheses are ranked by log-probability over length to the power of ``length_penalty``: a model
    that leaves things out is given more than 1. The attention of the decoder's ``alignment_layer``,
    counted from the last, tells which words stand for which. CTranslate2 runs it with weights in
    ``quantization``. ``origin`` is where it was pulled from: ``OWNER/NAME@COMMIT``.
    """

    name: str
    path: Path
    family: Family
    directions: frozenset[Direction]
    target_tokens: Mapping[Language, str]
    checksums: Mapping[str, str]
    max_source_tokens: int
    max_positions: int
    placeholders: bool = False
    licence: str = "unknown"
    description: str = ""
    default_for: frozenset[Direction] = field(default=frozenset())
    length_penalty: float = 1.0
    alignment_layer: int = -1
    quantization: str = QUANTIZATIONS[0]
    origin: str = ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change when any file of the model does."""
        listing = "\n".join(f"{name} {sha}" for name, sha in sorted(self.checksums.items()))
        return hashlib.sha256(listing.encode()).hexdigest()[:16]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.path.iterdir() if file.is_file())

    def check_direction(self, direction: Direction) -> None:
        """Raise UnsupportedLanguageError if the model does not translate in a direction."""
        if direction not in self.directions:
            able = ", ".join(map(str, sorted(self.directions)))
            others = [model.name for model in list_models() if direction in model.directions]
            raise UnsupportedLanguageError(
                f"model {self.name} does not translate {direction}; it does {able}"
                + (f"; --model {others[0]} does" if others else "")
            )


# -- finding --------------------------------------------------------------------------------------


def own_folder() -> Path:
    """The folder of the models that the user has installed."""
    user = settings.value("models")
    return Path(user) if user else platformdirs.user_data_path("digestlang") / "models"


def model_folders() -> list[Path]:
    """The folders models are looked for in, the user's own before those in the package."""
    package = Path(__file__).parent
    embedded = package / "_models"  # in an installed package; in a checkout they are at the top
    return [own_folder(), embedded if embedded.is_dir() else package.parent.parent / "models"]


def list_models() -> list[Model]:
    """Every model with a manifest, by name; the user's own hides an embedded one of its name."""
    found: dict[str, Model] = {}
    for folder in model_folders():
        for manifest in sorted(folder.glob(f"*/{MANIFEST}")):
            found.setdefault(manifest.parent.name, read_model(manifest.parent))
    return [found[name] for name in sorted(found)]


def find_model(name_or_path: str) -> Model:
    """Return the model of a name, or in a folder.

    Raises:
        ModelError: if there is none, or the folder holds no checkpoint digestlang can run.
    """
    for folder in model_folders():
        if Path(name_or_path).name == name_or_path and (folder / name_or_path / MANIFEST).is_file():
            return read_model(folder / name_or_path)
    if Path(name_or_path).is_dir():
        return read_model(Path(name_or_path))
    known = ", ".join(model.name for model in list_models()) or "none"
    raise ModelError(
        f"no model {name_or_path!r}: neither a folder nor one of the models installed ({known})"
    )


def default_model(direction: Direction) -> Model:
    """Return the model that translates in a direction unless the user names another.

    Raises:
        ModelError: if no installed model does.
    """
    able = [model for model in list_models() if direction in model.directions]
    if not able:
        folders = " or ".join(map(str, model_folders()))
        raise ModelError(f"no model for {direction} in {folders}; name one with --model PATH")
    chosen = chosen_defaults().get(direction)
    return max(able, key=lambda model: (model.name == chosen, direction in model.default_for))


def chosen_defaults() -> dict[Direction, str]:
    """The names of the models that the user has made the defaults, by direction."""
    path = own_folder() / DEFAULTS
    if not path.is_file():
        return {}
    return {Direction.parse(direction): str(name) for direction, name in _read_json(path).items()}


def read_model(path: Path) -> Model:
    """Read what a model is from its folder.

    Raises:
        ModelError: if a file is missing or malformed, or the family is not one digestlang runs.
    """
    if (path / MANIFEST).is_file():
        return _from_manifest(path, _read_json(path / MANIFEST))
    return _from_checkpoint(path)


def write_manifest(model: Model) -> None:
    """Write what is known of a model beside its files, so that it counts as installed."""
    manifest = {
        "family": model.family,
        "directions": sorted(map(str, model.directions)),
        "target_tokens": dict(model.target_tokens),
        "max_source_tokens": model.max_source_tokens,
        "max_positions": model.max_positions,
        "placeholders": model.placeholders,
        "licence": model.licence,
        "description": model.description,
        "default_for": sorted(map(str, model.default_for)),
        "length_penalty": model.length_penalty,
        "alignment_layer": model.alignment_layer,
        "quantization": model.quantization,
        "origin": model.origin,
        "checksums": dict(sorted(model.checksums.items())),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (model.path / MANIFEST).write_text(text, encoding="utf-8")


def check_supported(folder: Path) -> None:
    """Raise ModelError if a checkpoint's configuration is of no family digestlang runs, or names
    neither Korean nor English; its weights need not be there yet.
    """
    _languages(folder, _family(folder, _read_json(folder / "config.json")))


def _from_manifest(path: Path, manifest: dict[str, Any]) -> Model:
    try:
        if not isinstance(manifest["directions"], list):
            raise TypeError("directions must be a list")
        return Model(
            name=path.name,
            path=path,
            family=Family(manifest["family"]),
            directions=frozenset(map(Direction.parse, manifest["directions"])),
            target_tokens={
                parse_language(code): token for code, token in manifest["target_tokens"].items()
            },
            checksums=_checksums(manifest["checksums"]),
            max_source_tokens=int(manifest["max_source_tokens"]),
            max_positions=int(manifest["max_positions"]),
            placeholders=bool(manifest["placeholders"]),
            licence=str(manifest["licence"]),
            description=str(manifest["description"]),
            default_for=frozenset(map(Direction.parse, manifest["default_for"])),
            length_penalty=float(manifest.get("length_penalty", 1.0)),
            alignment_layer=int(manifest.get("alignment_layer", -1)),
            quantization=str(manifest.get("quantization", QUANTIZATIONS[0])),
            origin=str(manifest.get("origin", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, UnsupportedLanguageError) as error:
        raise ModelError(f"{path / MANIFEST}: not a model manifest ({error!r})") from None


def _checksums(listed: Any) -> dict[str, str]:
    """A manifest's checksums; files of other folders are none of the model's."""
    checksums = {str(name): str(sha256) for name, sha256 in listed.items()}
    if strange := [name for name in checksums if Path(name).name != name or name[:1] == "."]:
        raise ValueError(f"{strange[0]!r} is no file of the model")
    return checksums


def _from_checkpoint(path: Path) -> Model:
    """Describe a checkpoint that has no manifest by its configuration and vocabulary."""
    config = _read_json(path / "config.json")
    weights = [name for name in _WEIGHTS if (path / name).is_file()][:1]
    if not weights:
        raise ModelError(f"{path}: no weights; {' or '.join(_WEIGHTS)} is expected")
    family = _family(path, config)
    tokens, directions = _languages(path, family)
    positions = config.get("max_position_embeddings", 512)
    if not isinstance(positions, int) or positions < 8:
        raise ModelError(f"{path / 'config.json'}: max_position_embeddings is {positions!r}")
    if weights == [SHARDS_INDEX]:
        weights += sorted(set(_read_json(path / SHARDS_INDEX)["weight_map"].values()))
    files = [*weights, *(name for name in CHECKPOINT_FILES if (path / name).is_file())]
    return Model(
        name=path.resolve().name,
        path=path,
        family=family,
        directions=directions,
        target_tokens=tokens,
        checksums={name: checksum(path / name) for name in files},
        max_source_tokens=min(positions, 512) // 2,  # a translation may be twice as long
        max_positions=positions,
        # The last but one, where no layer was taught to align (Garg et al. 2019).
        alignment_layer=-2 if int(config.get("decoder_layers", 6)) > 2 else -1,
    )


def _family(path: Path, config: dict[str, Any]) -> Family:
    kind = config.get("model_type")
    if kind == "marian":
        return Family.MARIAN
    if kind == "m2m_100":  # NLLB-200 has the architecture of M2M-100; the tokenizer tells
        tokenizer = _read_json(path / "tokenizer_config.json").get("tokenizer_class")
        for family, prefix in ((Family.NLLB, "Nllb"), (Family.M2M_100, "M2M100")):
            if str(tokenizer).startswith(prefix):
                return family
        raise ModelError(
            f"{path / 'tokenizer_config.json'}: tokenizer_class {tokenizer!r} is not supported; "
            "NllbTokenizer or M2M100Tokenizer is expected"
        )
    raise ModelError(
        f"{path}: model type {kind!r} is not supported; "
        "digestlang runs MarianMT, NLLB-200 and M2M-100"
    )


def _languages(path: Path, family: Family) -> tuple[dict[Language, str], frozenset[Direction]]:
    """The language tokens of a checkpoint, and the directions they allow."""
    if family is Family.NLLB:
        return {Language.KOREAN: "kor_Hang", Language.ENGLISH: "eng_Latn"}, frozenset(DIRECTIONS)
    if family is Family.M2M_100:
        return {Language.KOREAN: "__ko__", Language.ENGLISH: "__en__"}, frozenset(DIRECTIONS)
    tokens: dict[Language, str] = {}
    for token in _read_json(path / "vocab.json"):
        if token.startswith(">>") and token.endswith("<<"):
            try:
                tokens.setdefault(parse_language(token), token)
            except UnsupportedLanguageError:
                continue
    settings = _read_json(path / "tokenizer_config.json")
    try:
        source = parse_language(str(settings.get("source_lang") or ""))
        targets = tokens or {parse_language(str(settings.get("target_lang") or "")): ""}
    except UnsupportedLanguageError:
        if len(tokens) == 2:  # a model of many languages both ways
            return tokens, frozenset(DIRECTIONS)
        raise ModelError(
            f"{path}: tokenizer_config.json names no Korean and English (source_lang, target_lang)"
        ) from None
    if len(tokens) == 2:
        return tokens, frozenset(DIRECTIONS)
    directions = {Direction(source, target) for target in targets if target is not source}
    return tokens, frozenset(directions)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing; {path.parent} is not a whole model") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read ({error})") from None
    if not isinstance(content, dict):
        raise ModelError(f"{path}: a JSON object is expected")
    return content


# -- verifying ------------------------------------------------------------------------------------


def verify(model: Model, *, anew: bool = True) -> None:
    """Check that every file of a model is there and has its checksum.

    ``anew`` reads every byte; otherwise files whose size and time have not changed since they were
    last read are taken as read.

    Raises:
        ModelError: naming the first file that is missing or damaged.
    """
    for name, expected in sorted(model.checksums.items()):
        path = model.path / name
        if not path.is_file():
            raise ModelError(f"model {model.name}: {path} is missing; install the model again")
        if checksum(path, anew=anew) != expected:
            raise ModelError(
                f"model {model.name}: {path} is damaged (wrong SHA-256); install the model again"
            )


def model_problem(model: Model) -> str | None:
    """What is wrong with a model's files, by what is known of them already; None if nothing is."""
    try:
        verify(model, anew=False)
    except ModelError as error:
        return str(error)
    return None
