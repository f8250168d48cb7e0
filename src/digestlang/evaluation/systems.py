"""The systems that are compared: models run here, and translations stored by any other program."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from digestlang.digest.document import Format
from digestlang.digest.layouts import render
from digestlang.engines import Engine
from digestlang.errors import InputError, UsageError
from digestlang.evaluation.measures import document_of
from digestlang.evaluation.pairs import Pair, PairSet, majority_language, read_lines
from digestlang.languages import Direction
from digestlang.memory import normalised
from digestlang.pipeline import Options, Progress, Translator
from digestlang.terms import Glossary, project_glossary

_HYPOTHESIS_FIELDS = ("hypothesis", "translation", "target", "text")
_SYSTEM_FILE = re.compile(r"(?P<name>.+?)=(?P<path>.+)")


@dataclass(frozen=True, slots=True)
class System:
    """A system's translations of a set, in its order; ``seconds`` and ``key`` of a model only."""

    name: str
    hypotheses: Sequence[str]
    key: str = ""
    seconds: float | None = None


# -- models ---------------------------------------------------------------------------------------


def translate_set(
    name: str,
    engine: Engine,
    pairs: Sequence[Pair],
    direction: Direction,
    format_: Format,
    progress: Progress = lambda count: None,
) -> System:
    """Translate every pair's source as ``digestlang translate`` would, without a memory.

    ``format_`` is how sources are read whose pair does not say. The engine is loaded beforehand, so
    that ``seconds`` measure translation.
    """
    documents = [document_of(p.source(direction), p.format or format_) for p in pairs]
    options = Options(
        direction.source,
        direction.target,
        translate_titles=True,
        terms=Glossary(project_glossary()),
    )
    translator = Translator(lambda _: engine, options)

    def run() -> list[str]:
        outcomes = translator.translate_all(documents, progress)
        return [
            render(document, [t.placed for t in outcome if t.placed is not None], "target")
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    return _timed(name, engine, pairs, direction, run)


def translate_raw(name: str, engine: Engine, pairs: Sequence[Pair], direction: Direction) -> System:
    """Give every source whole to the model and take its answer as it is.

    Raises:
        UsageError: if a source is a document of several blocks, which is nothing for a bare model.
    """
    document = next((p for p in pairs if "\n\n" in p.source(direction)), None)
    if document is not None:
        raise UsageError(f"{document.id} is a whole document; --raw is for sentences")
    sources = [" ".join(pair.source(direction).split()) for pair in pairs]

    def run() -> list[str]:
        return [hypothesis.text for hypothesis in engine.translate(sources, direction)]

    return _timed(name, engine, pairs, direction, run)


def _timed(
    name: str,
    engine: Engine,
    pairs: Sequence[Pair],
    direction: Direction,
    run: Callable[[], list[str]],
) -> System:
    engine.translate([pairs[0].source(direction)], direction)  # loads the model
    start = time.perf_counter()
    hypotheses = [normalised(text) for text in run()]
    return System(name, hypotheses, engine.key, time.perf_counter() - start)


# -- stored translations --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stored:
    """Translations read from a file: a line each in the order of the set, or by the pairs' ids."""

    name: str
    path: Path
    lines: Sequence[str]
    by_id: dict[str, str] | None = None

    def fit(self, pairs: PairSet, direction: Direction) -> System:
        """The translations of a set's pairs.

        Raises:
            InputError: if they are not as many as the pairs or ids do not match.
            UsageError: if they are not in the language the direction leads to.
        """
        if self.by_id is None:
            if len(self.lines) != len(pairs.pairs):
                raise InputError(
                    f"{self.path} has {len(self.lines)} lines, but {pairs.name} has "
                    f"{len(pairs.pairs)} pairs; one translation a line is expected"
                )
            hypotheses = list(self.lines)
        else:
            ids = [pair.id for pair in pairs.pairs]
            missing = [id_ for id_ in ids if id_ not in self.by_id]
            unknown = sorted(self.by_id.keys() - set(ids))
            if missing or unknown:
                problem = (
                    f"has no translation of {missing[0]!r}"
                    if missing
                    else f"translates {unknown[0]!r}, which is not in the set"
                )
                count = len(missing or unknown)
                raise InputError(f"{self.path}: {problem} ({count} such ids in {pairs.name})")
            hypotheses = [self.by_id[id_] for id_ in ids]
        if self.language_direction() != direction:
            raise UsageError(
                f"{self.path} is mostly in {direction.source}, but {direction} translates into "
                f"{direction.target}; use --direction {self.language_direction()}"
            )
        return System(self.name, hypotheses)

    def language_direction(self) -> Direction:
        """The direction whose target most lines are in."""
        return Direction.into(majority_language(self.lines))


def read_stored(spec: str) -> Stored:
    """Read ``[NAME=]PATH``: a text file with a translation a line, or JSON Lines with ids.

    JSON Lines have ``id`` and ``hypothesis`` (or ``translation``, ``target``, ``text``). Without a
    name the system is called as the file; ``-`` is standard input.

    Raises:
        InputError: if the file cannot be read, is malformed, or holds no translation.
    """
    match = None if Path(spec).exists() else _SYSTEM_FILE.fullmatch(spec)
    path = Path(match["path"] if match else spec)
    name = match["name"] if match else "stdin" if spec == "-" else path.stem
    lines = read_lines(path)
    by_id = None
    if path.suffix == ".jsonl":
        by_id = _by_id(path, lines)
        lines = list(by_id.values())
    if not any(line.strip() for line in lines):
        raise InputError(f"{path}: every translation in it is empty")
    return Stored(name, path, lines, by_id)


def _by_id(path: Path, lines: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            text = next(record[name] for name in _HYPOTHESIS_FIELDS if name in record)
            id_ = str(record["id"])
        except (ValueError, TypeError, KeyError, StopIteration, RecursionError):
            raise InputError(
                f"{path}:{number}: an object with id and hypothesis is expected"
            ) from None
        if not isinstance(text, str):
            raise InputError(f"{path}:{number}: the hypothesis is not a string")
        if id_ in found:
            raise InputError(f"{path}:{number}: the id {id_!r} comes a second time")
        found[id_] = normalised(text)
    return found
