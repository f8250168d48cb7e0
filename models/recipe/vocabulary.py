"""Train the joint sentencepiece vocabulary of a model that starts from scratch.

    python -m models.recipe.vocabulary models/recipe/en-ko-38m.toml --work ../train-en-ko

Writes source.spm, target.spm (the same) and vocab.json to `vocabulary/` in the working directory.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import sentencepiece

from .augment import PLACEHOLDERS
from .config import Config, load_config
from .prepare import draw, load_pairs

LANGUAGES = (">>ko<<", ">>en<<")


def sentences(data: Path, config: Config) -> Iterator[str]:
    """Both sides of the pairs, weighted as in training, code and emphasis as they are."""
    pairs = load_pairs(data, config, {})
    sources = {pair.source: config.source(pair.source) for pair in pairs}
    for pair in draw(pairs, sources, 1.0, Random(config.seed)):
        yield pair.en
        yield pair.ko


def train(texts: Iterator[str], size: int, folder: Path) -> None:
    """Train a unigram model of `size` pieces less `<pad>` and write the tokenizer files.

    Digits are split, so that numbers are spelt out and copied digit by digit; bytes catch what the
    pieces do not cover; languages and placeholders are pieces of their own. `<pad>` gets the
    highest id, since CTranslate2's converter drops the last row.
    """
    folder.mkdir(parents=True, exist_ok=True)
    placeholders = [f"⟦{number}⟧" for number in range(1, PLACEHOLDERS + 1)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=texts,
        model_prefix=str(folder / "joint"),
        vocab_size=size - 1,
        model_type="unigram",
        character_coverage=0.9998,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="nmt_nfkc",
        control_symbols=list(LANGUAGES),
        user_defined_symbols=[*placeholders, "**"],
        eos_id=0,
        unk_id=1,
        bos_id=-1,
        pad_id=-1,
        input_sentence_size=1_000_000,
        shuffle_input_sentence=True,
        max_sentence_length=4096,
        minloglevel=1,
    )
    model = folder / "joint.model"
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model))
    vocabulary = {pieces.id_to_piece(i): i for i in range(pieces.get_piece_size())}
    vocabulary["<pad>"] = len(vocabulary)
    text = json.dumps(vocabulary, ensure_ascii=False, indent=0)
    (folder / "vocab.json").write_text(text, encoding="utf-8")
    shutil.copyfile(model, folder / "source.spm")
    model.rename(folder / "target.spm")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("../train"))
    options = parser.parse_args()
    config = load_config(options.config)
    folder = options.work / "vocabulary"
    train(sentences(options.data, config), config.vocabulary_size, folder)
    print(f"{folder}: {config.vocabulary_size} pieces")


if __name__ == "__main__":
    main()
