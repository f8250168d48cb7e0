"""Text to vocabulary ids and back, as transformers' MarianTokenizer does it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import sentencepiece


class Tokenizer:
    """Text to vocabulary ids as MarianTokenizer makes them: language, pieces, end of sentence."""

    def __init__(self, folder: Path) -> None:
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        self.languages = {key: vocabulary[key] for key in (">>ko<<", ">>en<<") if key in vocabulary}
        size = self.pieces.get_piece_size()
        # spm numbers its pieces one way, vocab.json another.
        self.ids = [
            vocabulary.get(self.pieces.id_to_piece(i), vocabulary["<unk>"]) for i in range(size)
        ]
        self.back = {row: piece for piece, row in enumerate(self.ids)}
        self.end = vocabulary["</s>"]

    def __call__(self, text: str) -> list[int]:
        """The ids of a text, with `</s>`; a leading `>>xx<<` becomes the language's own id."""
        language, space, rest = text.partition(" ")
        front = [self.languages[language]] if space and language in self.languages else []
        pieces = self.pieces.encode(rest if front else text)
        return [*front, *(self.ids[piece] for piece in pieces), self.end]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids, without `</s>` and `<pad>`."""
        text: str = self.pieces.decode(
            [self.back[i] for i in ids if i in self.back and i != self.end]
        )
        return text
