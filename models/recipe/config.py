"""The configuration of a model: one TOML file, read into frozen dataclasses."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """How sources whose name matches `match` are used: copies a pass, and the stream they go to."""

    match: str
    weight: float
    stream: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A pool of examples; `share` is its part of the batches, at the start and at the end."""

    name: str
    passes: float
    share: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of a model trained from scratch (Marian, post-norm, relu, tied embeddings)."""

    d_model: int = 256
    feed_forward: int = 1024
    heads: int = 4
    encoder_layers: int = 6
    decoder_layers: int = 2
    dropout: float = 0.05


@dataclass(frozen=True, slots=True)
class Training:
    """Optimization; one 'token' is one target token that is no padding."""

    batch_tokens: int = 6144
    muon_lr: float = 0.0025
    adamw_lr: float = 0.0015
    label_smoothing: float = 0.1
    guidance: float = 0.0
    warmup_steps: int = 100
    decay_from: float = 0.4
    clip: float = 1.0
    checkpoint_minutes: float = 5.0
    keep: int = 12
    log_steps: int = 50
    max_tokens: int = 0
    dev_lines: int = 100


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that makes a model, apart from the data themselves."""

    name: str
    seed: int
    start: Path
    targets: tuple[str, ...]
    vocabulary_size: int
    minimum_score: float
    longest: int
    sources: tuple[Source, ...]
    streams: tuple[Stream, ...]
    augment: dict[str, float]
    shape: Shape
    training: Training
    manifest: dict[str, Any]  # what digestlang is told of the model, see digestlang.models
    text: str = field(repr=False)

    def source(self, name: str, group: str = "") -> Source:
        """The first entry that matches a source's name."""
        for source in self.sources:
            if fnmatchcase(name, source.match):
                return source
        raise KeyError(f"no [[source]] of the configuration matches {name!r} ({group})")


def load_config(path: Path) -> Config:
    """Read a configuration; an unknown key is an error, so that no misspelling goes unseen."""
    text = path.read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    return Config(
        text=text,
        start=Path(table.pop("start", "")),
        targets=tuple(table.pop("targets")),
        sources=tuple(Source(**entry) for entry in table.pop("source")),
        streams=tuple(
            Stream(entry["name"], entry["passes"], (entry["share"][0], entry["share"][1]))
            for entry in table.pop("stream")
        ),
        shape=Shape(**table.pop("shape", {})),
        training=Training(**table.pop("training", {})),
        manifest=table.pop("manifest", {}),
        **table,
    )
