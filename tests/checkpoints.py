"""Tiny checkpoints of the real architectures, made on the spot: random weights, real tokenizers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sentencepiece
from transformers import (
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    PreTrainedModel,
)

SENTENCES = (
    "The model reads a digest and writes it again in the other language.",
    "Every paper in the list has a title, a few authors and a short summary.",
    "We trained two small networks on a single machine for three days.",
    "Accuracy rose from 71.5% to 83.2% while memory use fell by half.",
    "이 모델은 다이제스트를 읽고 다른 언어로 다시 씁니다.",
    "목록의 모든 논문에는 제목과 저자, 짧은 요약이 있습니다.",
    "우리는 한 대의 컴퓨터에서 사흘 동안 작은 신경망 두 개를 학습했습니다.",
    "메모리 사용량은 절반으로 줄었고 정확도는 71.5%에서 83.2%로 올랐습니다.",
)
_SIZE = 24  # of hidden states: enough for four heads
# Larger than a trained network's, so that outputs differ from sentence to sentence.
_INIT_STD = 0.4


def marian(
    folder: Path, *, tokens: tuple[str, ...] = (), source: str = "ko", target: str = "en"
) -> Path:
    """Make a MarianMT checkpoint: one direction, or one that takes the target ``tokens``."""
    folder.mkdir(parents=True)
    _train_pieces(folder / "source.spm", user_defined=tokens)
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    pieces = [processor.id_to_piece(index) for index in range(processor.get_piece_size())]
    special = ("</s>", "<unk>")
    ordered = [*special, *(piece for piece in pieces if piece not in ("<s>", *special)), "<pad>"]
    vocabulary = {piece: index for index, piece in enumerate(ordered)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "MarianTokenizer",
            "source_lang": source,
            "target_lang": target,
            "separate_vocabs": False,
        },
    )
    pad = vocabulary["<pad>"]
    config = MarianConfig(
        vocab_size=len(vocabulary),
        decoder_vocab_size=len(vocabulary),
        pad_token_id=pad,
        eos_token_id=0,
        forced_eos_token_id=None,
        decoder_start_token_id=pad,
        scale_embedding=True,
        **_shape(),
    )
    network = MarianMTModel(config)
    network.generation_config.bad_words_ids = [[pad]]
    network.generation_config.decoder_start_token_id = pad
    _save(network, folder)
    return folder


def many_to_many(folder: Path, *, nllb: bool) -> Path:
    """Make an NLLB-200 or M2M-100 checkpoint: one architecture, two tokenizers."""
    from transformers import M2M100Tokenizer, NllbTokenizer
    from transformers.convert_slow_tokenizer import generate_merges

    folder.mkdir(parents=True)
    _train_pieces(folder / "sentencepiece.bpe.model", bpe=True)
    processor = sentencepiece.SentencePieceProcessor(
        model_file=str(folder / "sentencepiece.bpe.model")
    )
    pieces = [processor.id_to_piece(index) for index in range(3, processor.get_piece_size())]
    ordered = ["<s>", "<pad>", "</s>", "<unk>", *pieces]
    vocabulary = {piece: index for index, piece in enumerate(ordered)}
    tokenizer: Any
    if nllb:
        scores = {piece: processor.get_score(processor.piece_to_id(piece)) for piece in pieces}
        tokenizer = NllbTokenizer(vocab=vocabulary, merges=generate_merges(scores, scores))
    else:
        (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
        tokenizer = M2M100Tokenizer(
            str(folder / "vocab.json"), str(folder / "sentencepiece.bpe.model")
        )
    tokenizer.save_pretrained(folder)
    size = len(tokenizer)
    if not nllb:  # M2M-100 counts its languages, and padding to a round number, behind the pieces
        size += len(tokenizer.lang_token_to_id) + tokenizer.num_madeup_words
    config = M2M100Config(
        vocab_size=size,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        **_shape(),
    )
    _save(M2M100ForConditionalGeneration(config), folder)
    return folder


def _shape() -> dict[str, Any]:
    return {
        "d_model": _SIZE,
        "encoder_layers": 2,
        "decoder_layers": 1,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 2 * _SIZE,
        "decoder_ffn_dim": 2 * _SIZE,
        "max_position_embeddings": 128,
        "init_std": _INIT_STD,
        "dropout": 0.0,
        "encoder_layerdrop": 0.0,
        "decoder_layerdrop": 0.0,
    }


def _train_pieces(path: Path, *, user_defined: tuple[str, ...] = (), bpe: bool = False) -> None:
    with path.open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(SENTENCES),
            model_writer=file,
            vocab_size=260,
            model_type="bpe" if bpe else "unigram",
            character_coverage=1.0,
            user_defined_symbols=list(user_defined),
            hard_vocab_limit=False,
            minloglevel=2,
        )


def _save(network: PreTrainedModel, folder: Path) -> None:
    network.save_pretrained(folder)


def _write_json(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
