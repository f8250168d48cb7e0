"""A sentence's way to a translation that passes every check, or the best that can be had.

All sentences go through it together, in rounds, so that an engine is always given many at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from digestlang import quality
from digestlang.digest.document import Inline
from digestlang.engines.base import Engine, Hypothesis
from digestlang.errors import PlaceholderError
from digestlang.languages import Direction, Language
from digestlang.protection import (
    Attempt,
    Search,
    attempts,
    fit_particles,
    joined,
    mask,
    source_words,
    unmask,
)
from digestlang.quality import Findings
from digestlang.respelling import respell
from digestlang.sentences import Unit, halve
from digestlang.terms import Glossary

_CUTTABLE = 6  # words
_Request = tuple[Direction, Search, str]  # where to, by whom, what


class Origin(StrEnum):
    """Where a segment's text in the output comes from."""

    ENGINE = "engine"
    MEMORY = "memory"
    GLOSSARY = "glossary"  # a label with a fixed translation
    PASSED_THROUGH = "passed_through"  # not to be translated: another language, a title, a name
    SOURCE = "source"  # no translation passed; the source is kept and flagged


@dataclass(slots=True)
class Candidate:
    """One translation of a unit, in which way it was had, and what the checks say of it."""

    inlines: list[Inline]
    origin: Origin
    findings: Findings = field(default_factory=dict)
    answers: Sequence[str] = ()  # the engine's, that it was made of
    unchanged: bool = False
    way: str = ""

    @property
    def cost(self) -> int:
        return quality.cost(self.findings)


@dataclass(slots=True)
class Task:
    """One unit on its way: the ways still to try, and the best translation so far."""

    unit: Unit
    direction: Direction
    waiting: list[Attempt]
    candidates: list[Candidate] = field(default_factory=list)
    masked: set[str] = field(default_factory=set)  # names, numbers and terms given as placeholders
    used: set[str] = field(default_factory=set)  # the ways of repair that are tried but once

    @property
    def best(self) -> Candidate | None:
        """The translation to use; none if all lost their markup or cannot be read."""
        usable = [c for c in self.candidates if not quality.is_fatal(c.findings)]
        return min(usable, key=lambda candidate: candidate.cost, default=None)

    @property
    def done(self) -> bool:
        return not self.waiting or any(not c.findings for c in self.candidates)

    def uses(self, way: str) -> bool:
        """Whether a way of repair has not been used yet; now it has."""
        fresh = way not in self.used
        self.used.add(way)
        return fresh


class Engines:
    """The engines of a run, each loaded when it is first needed."""

    def __init__(
        self,
        engine_for: Callable[[Direction], Engine],
        fallback_for: Callable[[Direction], Engine | None],
    ) -> None:
        self._engine_for = engine_for
        self._fallback_for = fallback_for
        self._engines: dict[tuple[Direction, Search], Engine | None] = {}

    def usual(self, direction: Direction) -> Engine:
        """The engine of a direction."""
        engine = self.searching(direction, Search.USUAL)
        assert engine is not None
        return engine

    def searching(self, direction: Direction, search: Search) -> Engine | None:
        """The engine for a kind of search; None if it is for a fallback and there is none."""
        if (direction, search) not in self._engines:
            match search:
                case Search.USUAL:
                    engine: Engine | None = self._engine_for(direction)
                case Search.CAREFUL:
                    engine = self.usual(direction).careful()
                case Search.FALLBACK:
                    engine = self._fallback_for(direction)
            self._engines[direction, search] = engine
        return self._engines[direction, search]

    def attempts(
        self, core: Sequence[Inline], direction: Direction, search: Search = Search.USUAL
    ) -> list[Attempt]:
        """The ways to translate a unit with the engine of a kind of search; none without one."""
        engine = self.searching(direction, search)
        if engine is None:
            return []
        align = partial(engine.align, direction=direction)
        ways = attempts(core, placeholders=engine.placeholders, align=align)
        return [replace(way, search=search) for way in ways]


class Workshop:
    """Translates tasks, checks what comes back, and tries again what fails."""

    def __init__(self, engines: Engines, terms: Glossary, *, check: bool) -> None:
        self._engines = engines
        self._terms = terms
        self._check = check

    def run(self, tasks: list[Task]) -> None:
        """Try every task's ways, one round after another, all sentences of a round together."""
        pending = [task for task in tasks if not task.done]
        while pending:
            round_ = [(task, task.waiting.pop(0)) for task in pending]
            known = self._translate_all(
                (task.direction, attempt.search, source)
                for task, attempt in round_
                for source in attempt.sources
            )
            for task, attempt in round_:
                way = (task.direction, attempt.search)
                self._judge(task, attempt, [known[*way, source] for source in attempt.sources])
            pending = [task for task in pending if not task.done]

    def _translate_all(self, requests: Iterable[_Request]) -> dict[_Request, Hypothesis]:
        by_engine: dict[tuple[Direction, Search], dict[str, None]] = {}
        for direction, search, source in requests:
            by_engine.setdefault((direction, search), {})[source] = None
        answers: dict[_Request, Hypothesis] = {}
        for (direction, search), sources in by_engine.items():
            engine = self._engines.searching(direction, search)
            assert engine is not None
            hypotheses = engine.translate(list(sources), direction)
            for source, hypothesis in zip(sources, hypotheses, strict=True):
                answers[direction, search, source] = hypothesis
        return answers

    def _judge(self, task: Task, attempt: Attempt, hypotheses: list[Hypothesis]) -> None:
        """Take an attempt's outcome into a task: candidates, and what to try if none is good."""
        remembered = all(hypothesis.remembered for hypothesis in hypotheses)
        origin = Origin.MEMORY if remembered else Origin.ENGINE
        tried: list[Candidate] = []
        for way, texts in self._proposals(attempt, hypotheses, task.direction):
            candidate = self._candidate(task, attempt, texts)
            if candidate is not None:
                tried.append(replace(candidate, origin=origin, way=way))
                if not candidate.findings:
                    break
        else:
            tried += self._respelt(task, attempt, tried)
        task.candidates += tried
        if task.candidates and (tried or not task.waiting):
            best = min(tried or task.candidates, key=lambda one: one.cost)
            task.waiting = self._repairs(task, best.findings)

    def _proposals(
        self, attempt: Attempt, hypotheses: list[Hypothesis], direction: Direction
    ) -> Iterator[tuple[str, list[str]]]:
        """What the engine answered, best first, and in which way each was had."""
        yield attempt.name, [_one_line(hypothesis.text) for hypothesis in hypotheses]
        # The others of the beam are worth a look before anything else.
        if len(hypotheses) == 1:
            yield from (("beam", [_one_line(other)]) for other in hypotheses[0].alternatives)
        elif any(hypothesis.alternatives for hypothesis in hypotheses):
            pairs = zip(attempt.sources, hypotheses, strict=True)
            yield attempt.name, [_soundest(source, beam, direction) for source, beam in pairs]

    def _candidate(self, task: Task, attempt: Attempt, texts: Sequence[str]) -> Candidate | None:
        """What an attempt makes of the answers to its sources; None if a span is lost."""
        try:
            restored = attempt.rebuild(texts)
        except PlaceholderError:
            return None  # the next way is less fluent and more certain
        if task.direction.target is Language.KOREAN:
            restored = fit_particles(restored)
        inlines = unmask(restored)
        findings = {}
        if self._check:
            source, target = source_words(task.unit.core), source_words(inlines)
            findings = quality.check(source, target, task.direction)
            for term in self._terms.missing(source, target, task.direction):
                name = "terms" if term.wanted else "project terms"
                findings.setdefault(name, []).append(term.target)
        unchanged = list(texts) == list(attempt.sources)
        return Candidate(inlines, Origin.ENGINE, findings, texts, unchanged)

    def _respelt(
        self, task: Task, attempt: Attempt, tried: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        """The best of some candidates with names and numbers put right where they were misspelt."""
        best = min(tried, key=lambda one: one.cost, default=None)
        missing = quality.maskable(best.findings) if best else []
        engine = self._engines.searching(task.direction, attempt.search)
        if best is None or not missing or engine is None:
            return
        texts = [
            respell(source, missing, engine.align(source, answer, task.direction))
            for source, answer in zip(attempt.sources, best.answers, strict=True)
        ]
        candidate = self._candidate(task, attempt, texts) if texts != best.answers else None
        if candidate is not None:
            yield replace(candidate, origin=best.origin, way="respelt")

    def _repairs(self, task: Task, findings: Findings) -> list[Attempt]:
        """The next ways to mend what the checks found; none once all are used up."""
        steps = (self._masking, self._searching, self._asking_another, self._cutting)
        return next((ways for step in steps if (ways := step(task, findings))), [])

    def _masking(self, task: Task, findings: Findings) -> list[Attempt]:
        """Names, numbers and terms that were lost are given to the model as placeholders."""
        missing = findings.get("terms", [])
        if task.direction.target is Language.KOREAN:  # English often has another word as good
            missing = [*missing, *findings.get("project terms", [])]
        wanted = {*quality.maskable(findings), *missing}
        placeholders = self._engines.usual(task.direction).placeholders
        if not placeholders or wanted <= task.masked:  # what was masked already is beyond help
            return []
        task.masked |= wanted
        ways = self._engines.attempts(self._masked(task), task.direction)
        return [replace(ways[0], name="masked")]

    def _searching(self, task: Task, findings: Findings) -> list[Attempt]:
        """The model searches longer, and may not repeat itself."""
        if not quality.reported(findings) or not task.uses("search"):
            return []
        ways = self._engines.attempts(self._masked(task), task.direction, Search.CAREFUL)
        whole = [way for way in ways if way.name != "around"]  # pieces are for later
        return [replace(way, name="search") for way in whole]

    def _asking_another(self, task: Task, findings: Findings) -> list[Attempt]:
        """Another model is asked, if there is one."""
        if not quality.reported(findings) or not task.uses("fallback"):
            return []
        other = self._engines.searching(task.direction, Search.FALLBACK)
        core = task.unit.core
        if other is None or not other.fits(source_words(core), task.direction):
            return []
        ways = self._engines.attempts(core, task.direction, Search.FALLBACK)
        return [replace(way, name="fallback") for way in ways]

    def _cutting(self, task: Task, findings: Findings) -> list[Attempt]:
        """The sentence is translated in halves, then quarters: less fluent, but little is lost."""
        units = [Unit((), tuple(self._masked(task)), ())]
        for name in ("halves", "quarters"):
            units = [part for unit in units for part in _halves(unit)]
            if quality.reported(findings) and task.uses(name):
                return [self._in_pieces(name, units, task.direction)] if len(units) > 1 else []
        return []

    def _in_pieces(self, name: str, units: Sequence[Unit], direction: Direction) -> Attempt:
        pieces: list[Attempt | Sequence[Inline]] = []
        for unit in units:
            if quality.needs_translation(source_words(unit.core), direction):
                pieces += [unit.before, self._engines.attempts(unit.core, direction)[0], unit.after]
            else:
                pieces.append(unit.inlines)
        return replace(joined(pieces), name=name)

    def _masked(self, task: Task) -> Sequence[Inline]:
        """A task's unit with what is to be masked behind atoms, terms translated already."""
        if not task.masked:
            return task.unit.core
        core = self._terms.mask(task.unit.core, task.masked, task.direction)
        return mask(core, task.masked)


def _halves(unit: Unit) -> list[Unit]:
    """The two parts of a unit, or the unit if it is too short to be worth it."""
    return halve(unit) if len(source_words(unit.core).split()) >= _CUTTABLE else [unit]


def _soundest(source: str, beam: Hypothesis, direction: Direction) -> str:
    """What of a beam for a piece of a sentence has the least against it."""
    answers = map(_one_line, (beam.text, *beam.alternatives))
    return min(answers, key=lambda answer: quality.cost(quality.check(source, answer, direction)))


def _one_line(answer: str) -> str:
    """A line end in an answer, or a run of spaces, would mean something to Markdown."""
    return " ".join(answer.split())
