"""What an evaluation found, as dataclasses and as the JSON that keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from digestlang.errors import InputError
from digestlang.evaluation.metrics import Comparison, Score

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Scores of the segments of one domain or one length."""

    segments: int
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SystemResult:
    """One system's figures. ``key`` names model, weights and options; empty for stored output.

    ``seconds`` are for translating, loading left out; ``words_per_second`` of the source; both None
    for stored output.
    """

    name: str
    key: str
    scores: Mapping[str, Score]
    measures: Mapping[str, float | None]
    domains: Mapping[str, Part]
    lengths: Mapping[str, Part]
    seconds: float | None = None
    words_per_second: float | None = None
    comet: float | None = None


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """One system's translation of one segment: chrF++, and the checks it fails."""

    hypothesis: str
    chrf: float
    flags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of the set, with every system's translation by the system's name."""

    id: str
    domain: str
    source: str
    references: Sequence[str]
    systems: Mapping[str, SegmentResult]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A set in one direction. ``reference`` are the measures of the first reference itself."""

    set: str
    checksum: str
    direction: str
    pairs: int
    signatures: Mapping[str, str]
    systems: Sequence[SystemResult]
    reference: Mapping[str, float | None]
    comparisons: Sequence[Comparison] = ()
    segments: Sequence[Segment] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Everything one run of ``digestlang eval`` found, and under what circumstances."""

    created: str
    options: Mapping[str, Any]
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    evaluations: Sequence[Evaluation]
    schema: int = field(default=SCHEMA)

    def without_segments(self) -> Result:
        """The same without any text of the set."""
        return replace(self, evaluations=[replace(e, segments=()) for e in self.evaluations])

    def to_json(self) -> str:
        """JSON, a key a line; figures rounded to four decimals."""
        return json.dumps(_rounded(asdict(self)), ensure_ascii=False, indent=1) + "\n"


def read_result(path: Path) -> Result:
    """Read the JSON of a result.

    Raises:
        InputError: if the file cannot be read, or is no result of this version of the schema.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise InputError(f"{path}: not a result of digestlang eval --json (schema {SCHEMA})")
    try:
        evaluations = [_evaluation(one) for one in content.pop("evaluations")]
        return Result(**content, evaluations=evaluations)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: a damaged result of digestlang eval ({error!r})") from None


def _evaluation(content: dict[str, Any]) -> Evaluation:
    systems = [_system(one) for one in content.pop("systems")]
    comparisons = [Comparison(**one) for one in content.pop("comparisons")]
    segments = [
        Segment(**{**one, "systems": {n: SegmentResult(**s) for n, s in one["systems"].items()}})
        for one in content.pop("segments")
    ]
    return Evaluation(**content, systems=systems, comparisons=comparisons, segments=segments)


def _system(content: dict[str, Any]) -> SystemResult:
    scores = {name: Score(**score) for name, score in content.pop("scores").items()}
    domains = {name: Part(**part) for name, part in content.pop("domains").items()}
    lengths = {name: Part(**part) for name, part in content.pop("lengths").items()}
    return SystemResult(**content, scores=scores, domains=domains, lengths=lengths)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
