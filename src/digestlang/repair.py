"""A sentence's way to a translation that passes every check, or the best that can be had.

All sentences go through it together, in rounds, so that an engine is always given many at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

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
from digestlang.sentences import Unit, halve
from digestlang.terms import Glossary

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
    findings: dict[str, list[str]] = field(default_factory=dict)
    unchanged: bool = False
    way: str = ""

    @property
    def cost(self) -> int:
        return sum(quality.COSTS[name] * len(evidence) for name, evidence in self.findings.items())


@dataclass(slots=True)
class Task:
    """One unit on its way: the ways still to try, and the best translation so far."""

    unit: Unit
    direction: Direction
    waiting: list[Attempt]
    candidates: list[Candidate] = field(default_factory=list)
    masked: set[str] = field(default_factory=set)  # names, numbers and terms given as placeholders
    repaired: set[str] = field(default_factory=set)  # the ways of repair used up

    @property
    def best(self) -> Candidate | None:
        """The translation to use; none if all lost their markup or cannot be read."""
        usable = [c for c in self.candidates if not quality.FATAL & c.findings.keys()]
        return min(usable, key=lambda candidate: candidate.cost, default=None)

    @property
    def done(self) -> bool:
        return not self.waiting or any(not c.findings for c in self.candidates)


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
        """Take an attempt's outcome into a task: a candidate, and what to try if it is not good."""
        beams = [[hypothesis.text for hypothesis in hypotheses]]
        if len(hypotheses) == 1:  # the others of the beam are worth a look before anything else
            beams += [[other] for other in hypotheses[0].alternatives]
        remembered = all(hypothesis.remembered for hypothesis in hypotheses)
        origin = Origin.MEMORY if remembered else Origin.ENGINE
        tried: list[Candidate] = []
        for place, beam in enumerate(beams):
            # A line end in an answer, or a run of spaces, would mean something to Markdown.
            candidate = self._candidate(task, attempt, [" ".join(text.split()) for text in beam])
            if candidate is not None:
                candidate.origin = origin
                candidate.way = "beam" if place else attempt.name
                tried.append(candidate)
                if not candidate.findings:
                    break
        if tried:
            task.candidates += tried
            task.waiting = self._repairs(task, min(tried, key=lambda one: one.cost).findings)
        elif task.candidates and not task.waiting:  # a repair has lost a span: try the next one
            best = min(task.candidates, key=lambda one: one.cost)
            task.waiting = self._repairs(task, best.findings)

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
        return Candidate(inlines, Origin.ENGINE, findings, texts == list(attempt.sources))

    def _repairs(self, task: Task, findings: dict[str, list[str]]) -> list[Attempt]:
        """The next ways to mend what the checks found; none once all are used up.

        Names, numbers and terms are masked; the search is widened; another model is asked; the
        sentence is halved.
        """
        placeholders = self._engines.usual(task.direction).placeholders
        missing = findings.get("terms", [])
        if task.direction.target is Language.KOREAN:  # English often has another word as good
            missing = [*missing, *findings.get("project terms", [])]
        wanted = {*quality.maskable(findings), *missing}
        if placeholders and not wanted <= task.masked:  # what was masked already is beyond help
            task.masked |= wanted
            way = next(attempts(self._masked(task), placeholders=True))
            return [replace(way, name="masked")]
        if quality.SEARCHED & findings.keys() and "search" not in task.repaired:
            task.repaired.add("search")
            way = next(attempts(self._masked(task), placeholders=placeholders))
            return [replace(way, name="search", search=Search.CAREFUL)]
        if findings.keys() - quality.UNREPORTED and "fallback" not in task.repaired:
            task.repaired.add("fallback")
            other = self._engines.searching(task.direction, Search.FALLBACK)
            core = task.unit.core
            if other is not None and other.fits(source_words(core), task.direction):
                ways = attempts(core, placeholders=other.placeholders)
                return [replace(way, name="fallback", search=Search.FALLBACK) for way in ways]
        if quality.SERIOUS & findings.keys() and "halves" not in task.repaired:
            task.repaired.add("halves")
            return self._in_halves(task, placeholders=placeholders)
        return []

    def _in_halves(self, task: Task, *, placeholders: bool) -> list[Attempt]:
        halves = halve(Unit((), task.unit.core, ()))
        if len(halves) < 2:
            return []
        pieces: list[Attempt | Sequence[Inline]] = []
        for half in halves:
            if not quality.needs_translation(source_words(half.core), task.direction):
                pieces.append(half.inlines)
                continue
            way = next(attempts(half.core, placeholders=placeholders))
            pieces += [half.before, way, half.after]
        return [replace(joined(pieces), name="halves")]

    def _masked(self, task: Task) -> Sequence[Inline]:
        """A task's unit with what is to be masked behind atoms, terms translated already."""
        if not task.masked:
            return task.unit.core
        core = self._terms.mask(task.unit.core, task.masked, task.direction)
        return mask(core, task.masked)
