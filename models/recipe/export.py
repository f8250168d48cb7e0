r"""Write a Hugging Face MarianMT folder in bfloat16, and convert it for CTranslate2.

    python -m models.recipe.export ../train/average.pt ../train/export --vocabulary <folder> \
        --config models/recipe/joint-11m.toml

The folder holds what transformers' MarianMTModel and MarianTokenizer and CTranslate2's converter
ask for: model.safetensors, config.json, generation_config.json, source.spm, target.spm, vocab.json
and tokenizer_config.json. The last row of the vocabulary has to be `<pad>`: the converter drops it.
With the configuration, digestlang's manifest of the model is written as well.
"""

from __future__ import annotations

import argparse
import copy
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import ctranslate2
import torch
from transformers import GenerationConfig, MarianConfig, MarianMTModel

from digestlang.checksums import checksum
from digestlang.models import MANIFEST

from .config import load_config

MODEL_FILES = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer_config.json",
)
TOKENIZER_FILES = ("source.spm", "target.spm", "vocab.json")


def export(model: MarianMTModel, vocabulary: Path, folder: Path) -> None:
    """Save `model` in bfloat16 to `folder`, with the tokenizer files of the folder `vocabulary`."""
    folder.mkdir(parents=True, exist_ok=True)
    half = copy.deepcopy(model).bfloat16()
    pad, end = half.config.pad_token_id, half.config.eos_token_id
    half.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        bad_words_ids=[[pad]],  # Marian starts from pad and must never say it
        decoder_start_token_id=pad,
        eos_token_id=end,
        forced_eos_token_id=end,
        pad_token_id=pad,
        max_length=256,
        num_beams=4,
    )
    half.save_pretrained(folder)
    for name in TOKENIZER_FILES:
        shutil.copyfile(vocabulary / name, folder / name)
    settings = {
        "source_lang": "ko",
        "target_lang": "en",
        "unk_token": "<unk>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "model_max_length": 256,
        "separate_vocabs": False,
        "tokenizer_class": "MarianTokenizer",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write `digestlang.json`: what the configuration says of the model, and every checksum."""
    files = [*MODEL_FILES, *TOKENIZER_FILES]
    for name in files:
        (folder / name).chmod(0o644)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    content = {
        "family": "marian",
        **manifest,
        "max_positions": config["max_position_embeddings"],
        "checksums": {name: checksum(folder / name, anew=True) for name in sorted(files)},
    }
    text = json.dumps(content, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def convert(folder: Path, output: Path, quantization: str = "int8") -> None:
    """Convert a Hugging Face folder to CTranslate2's format."""
    converter = ctranslate2.converters.TransformersConverter(str(folder))
    with warnings.catch_warnings():
        # MarianTokenizer wants sacremoses for a normalization that nobody calls.
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        converter.convert(str(output), quantization=quantization, force=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint", type=Path, help="of train.py or average.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--vocabulary", type=Path, required=True, help="folder with the .spm files")
    parser.add_argument("--config", type=Path, help="TOML of the model, to write its manifest")
    options = parser.parse_args()
    checkpoint = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    model = MarianMTModel(MarianConfig.from_dict(checkpoint["model_config"]))
    model.load_state_dict(checkpoint["model"])
    export(model, options.vocabulary, options.folder)
    if options.config is not None:
        write_manifest(options.folder, load_config(options.config).manifest)
    print(f"{options.folder}: {sum(p.numel() for p in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
