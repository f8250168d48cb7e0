"""The model and its loss: plain torch around transformers' MarianMTModel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import MarianConfig, MarianMTModel

from .batches import Example
from .config import Config
from .loss import projected_cross_entropy

PAD = -1
VOCABULARY_LIMIT = 1 << 20


def build_model(config: Config, work: Path) -> MarianMTModel:
    """The model to start from: a checkpoint folder, or random weights of the configured shape.

    A checkpoint brings its own shape; of the configured one only the dropout counts then.
    """
    if not config.vocabulary_size:
        model: MarianMTModel = MarianMTModel.from_pretrained(
            config.start, dtype=torch.float32, dropout=config.shape.dropout
        )
        return model
    vocabulary = json.loads((work / "vocabulary" / "vocab.json").read_text(encoding="utf-8"))
    shape, size = config.shape, len(vocabulary)
    return MarianMTModel(
        MarianConfig(
            vocab_size=size,
            decoder_vocab_size=size,
            d_model=shape.d_model,
            encoder_layers=shape.encoder_layers,
            decoder_layers=shape.decoder_layers,
            encoder_attention_heads=shape.heads,
            decoder_attention_heads=shape.heads,
            encoder_ffn_dim=shape.feed_forward,
            decoder_ffn_dim=shape.feed_forward,
            max_position_embeddings=512,
            activation_function="relu",
            dropout=shape.dropout,
            attention_dropout=0.0,
            scale_embedding=True,
            pad_token_id=vocabulary["<pad>"],
            decoder_start_token_id=vocabulary["<pad>"],
            eos_token_id=vocabulary["</s>"],
            bos_token_id=None,
            forced_eos_token_id=None,
        )
    )


def pad(rows: list[list[int]], value: int) -> Tensor:
    """A (rows, longest) tensor of ids, filled up with `value`."""
    return nn.utils.rnn.pad_sequence(
        [torch.tensor(row) for row in rows], batch_first=True, padding_value=value
    )


def anchors(source: Tensor, target: Tensor) -> Tensor:
    """Which target pieces stand for which source pieces, as far as copying shows it.

    (rows, source length) and (rows, target length) ids to (rows, target length, source length)
    booleans: true where a piece, or the piece with its left or right neighbour, occurs once on each
    side and is the same: names, numbers, placeholders. Free of charge, and right where it matters.
    """

    def once(keys: Tensor) -> Tensor:
        return (keys[:, :, None] == keys[:, None, :]).sum(dim=2) == 1

    shape = (len(source), target.shape[1], source.shape[1])
    aligned = torch.zeros(shape, dtype=torch.bool, device=source.device)
    for shift in (0, 1, -1):
        s = source * VOCABULARY_LIMIT + (source.roll(shift, 1) if shift else 0)
        t = target * VOCABULARY_LIMIT + (target.roll(shift, 1) if shift else 0)
        equal = t[:, :, None] == s[:, None, :]
        aligned |= equal & once(t)[:, :, None] & once(s)[:, None, :]
    return aligned


def loss_sums(
    model: MarianMTModel,
    examples: Sequence[Example],
    smoothing: float = 0.0,
    guidance: float = 0.0,
) -> tuple[Tensor, Tensor, int]:
    """Summed loss to minimize, summed plain cross-entropy (nats), number of target tokens.

    With `guidance` the last decoder layer's cross-attention, averaged over its heads, is drawn to
    the anchors (guided alignment, Chen et al. 2016, Garg et al. 2019), its loss times that.
    """
    device = model.device
    filler = model.config.pad_token_id
    assert filler is not None
    source = pad([source for source, _ in examples], filler).to(device)
    labels = pad([target for _, target in examples], PAD).to(device)
    start = torch.full_like(labels[:, :1], model.config.decoder_start_token_id)
    output = model.model(
        input_ids=source,
        attention_mask=source != filler,
        # Padding comes last and the decoder looks back only: it needs no mask of its own.
        decoder_input_ids=torch.cat([start, labels[:, :-1].clamp(min=0)], dim=1),
        use_cache=False,
        output_attentions=guidance > 0,
    )
    real = labels != PAD
    loss, plain = projected_cross_entropy(
        output.last_hidden_state[real],
        model.model.shared.weight,
        labels[real],
        smoothing,
        rows=512 if device.type == "cpu" else 8192,  # what the cache holds; enough for a GPU
    )
    if guidance > 0:
        aligned = anchors(source, labels)
        attention = output.cross_attentions[-1].mean(dim=1)
        mass = (attention * aligned).sum(dim=2)[aligned.any(dim=2)]
        loss = loss - guidance * mass.float().clamp(min=1e-4).log().sum()
    return loss, plain, int(real.sum())
