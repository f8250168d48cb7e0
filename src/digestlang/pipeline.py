"""A document's segments through detection, protection, translation and checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from digestlang import quality
from digestlang.detection import Detection, detect_all
from digestlang.digest.document import Document, Format, Inline, InlineKind, Segment, plain
from digestlang.digest.layouts import Placed, field_name
from digestlang.digest.writing import write_inlines
from digestlang.engines.base import Engine
from digestlang.glossary import label
from digestlang.languages import Direction, Language
from digestlang.protection import source_words
from digestlang.repair import Candidate, Engines, Origin, Task, Workshop
from digestlang.sentences import Unit, split_long, split_units
from digestlang.terms import Glossary
from digestlang.wrapping import source_width, wrap

_WINDOW = 256  # sentences translated, checked and remembered before the next: a run killed resumes

Progress = Callable[[int], None]  # told how many segments more are done


class OnFail(StrEnum):
    """What becomes of a translation that fails a check, and that no other way has mended."""

    TRANSLATE = "translate"  # it is used, and flagged in summary and report
    MARK = "mark"  # the same, and a sign in the text tells its reader
    KEEP_SOURCE = "keep-source"


MARK = " ⚠"


_BY_EFFORT = (Origin.ENGINE, Origin.MEMORY, Origin.GLOSSARY)  # a segment's, of its sentences'


@dataclass(frozen=True, slots=True)
class Options:
    """What to translate, and what is asked of a translation.

    ``source`` and ``target`` None: each segment into the other language. ``use_glossary`` is for
    labels that are a whole unit, ``terms`` are looked for inside sentences.
    """

    source: Language | None = None
    target: Language | None = None
    translate_titles: bool = False
    use_glossary: bool = True
    terms: Glossary = field(default_factory=lambda: Glossary(()))
    check: bool = True
    on_fail: OnFail = OnFail.TRANSLATE


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of one segment.

    ``target`` is the source text of its translation (Markdown if the document is), None if it was
    passed through; ``flags`` name what a reader should look at: checks by name (see quality),
    ``markup`` or ``structure`` if the source had to be kept to save it. ``ways`` name how its
    sentences were had (see protection and repair): ``placeholders``, ``beam``, ``masked`` …
    """

    segment: Segment
    detection: Detection
    line: int
    direction: Direction | None = None
    target: str | None = None
    origin: Origin = Origin.PASSED_THROUGH
    flags: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()

    @property
    def placed(self) -> Placed | None:
        """What a layout needs of it, if it was translated."""
        if self.target is None or self.direction is None:
            return None
        return Placed(self.segment, self.target, self.direction)


@dataclass(slots=True)
class _Job:
    """One segment on its way: its units, those to translate with a task."""

    segment: Segment
    detection: Detection
    line: int
    direction: Direction
    document: Document
    parts: list[tuple[Unit, Task | None]]


class Translator:
    """Translates documents with the engine of each direction."""

    def __init__(
        self,
        engine_for: Callable[[Direction], Engine],
        options: Options,
        fallback_for: Callable[[Direction], Engine | None] = lambda direction: None,
    ) -> None:
        """``engine_for`` is asked once a direction that occurs, so engines load when needed.

        ``fallback_for`` gives the engine for sentences on which that one fails, if there is one.
        """
        self.options = options
        self._engines = Engines(engine_for, fallback_for)
        self._workshop = Workshop(self._engines, options.terms, check=options.check)

    def translate(
        self, document: Document, progress: Progress = lambda count: None
    ) -> list[Translation]:
        """Return what became of every segment of a document, its fields' included, in order.

        Raises:
            DigestlangError: if an engine or the memory fails; what is done is remembered.
        """
        return self.translate_all([document], progress)[0]

    def translate_all(
        self, documents: Iterable[Document], progress: Progress = lambda count: None
    ) -> list[list[Translation]]:
        """:meth:`translate` for several documents, their sentences in the same batches."""
        planned = [list(self._plan(document)) for document in documents]
        jobs = [item for items in planned for item in items if isinstance(item, _Job)]
        progress(sum(map(len, planned)) - len(jobs))
        for window in _windows(jobs):
            self._workshop.run([task for job in window for _, task in job.parts if task])
            progress(len(window))
        on_fail = self.options.on_fail
        return [
            [_finish(item, on_fail) if isinstance(item, _Job) else item for item in items]
            for items in planned
        ]

    # -- planning ---------------------------------------------------------------------------------

    def _plan(self, document: Document) -> Iterator[_Job | Translation]:
        if document.format is not Format.JSONL:
            yield from self._plan_segments(document, self._directions(document))
            return
        for field_ in document.fields:
            directed = self._directions(field_.document)
            # A field has one translation, into the language most of it is not in.
            counts = Counter(direction for _, direction in directed if direction is not None)
            chosen = counts.most_common(1)[0][0] if counts else None
            if chosen and field_name(field_.name, chosen.target) in field_.taken:
                chosen = None  # translated by an earlier run
            kept = [(found, way if way == chosen else None) for found, way in directed]
            yield from self._plan_segments(field_.document, kept, field_.line)

    def _directions(self, document: Document) -> list[tuple[Detection, Direction | None]]:
        detections = detect_all([segment.text for segment in document.segments])
        return [
            (detection, self._direction(segment, detection))
            for segment, detection in zip(document.segments, detections, strict=True)
        ]

    def _plan_segments(
        self,
        document: Document,
        directed: Sequence[tuple[Detection, Direction | None]],
        record_line: int | None = None,
    ) -> Iterator[_Job | Translation]:
        for segment, (detection, direction) in zip(document.segments, directed, strict=True):
            line = record_line or segment.line
            parts = list(self._parts(segment, direction)) if direction else []
            if direction and any(task for _, task in parts):
                yield _Job(segment, detection, line, direction, document, parts)
            else:
                yield Translation(segment, detection, line)

    def _direction(self, segment: Segment, detection: Detection) -> Direction | None:
        """The direction to translate a segment in; None if it is to be left alone."""
        if segment.is_title and not self.options.translate_titles:
            return None
        language = detection.language
        if language is None and detection.is_undetermined:
            language = self.options.source
        if language is None or language is self.options.target:
            return None
        if self.options.source not in (None, language):
            return None
        return Direction.into(language.other)

    def _parts(self, segment: Segment, direction: Direction) -> Iterator[tuple[Unit, Task | None]]:
        engine = self._engines.usual(direction)

        def fits(core: Sequence[Inline]) -> bool:
            return engine.fits(source_words(core), direction)

        for sentence in split_units(segment.inlines, direction.source):
            for unit in split_long(sentence, fits):
                words = source_words(unit.core)
                if not quality.needs_translation(words, direction):
                    yield unit, None
                    continue
                task = Task(unit, direction, self._engines.attempts(unit.core, direction))
                fixed = label(words, direction) if self.options.use_glossary else None
                if fixed and len(unit.core) == 1:
                    task = Task(unit, direction, [], [Candidate([plain(fixed)], Origin.GLOSSARY)])
                yield unit, task


def _windows(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """Group segments so that a group has about as many sentences as the engine likes at a time."""
    window: list[_Job] = []
    sentences = 0
    for job in jobs:
        window.append(job)
        sentences += len(job.parts)
        if sentences >= _WINDOW:
            yield window
            window, sentences = [], 0
    if window:
        yield window


# -- putting together -----------------------------------------------------------------------------


def _finish(job: _Job, on_fail: OnFail) -> Translation:
    """Put a segment's translated units together and write them in its format."""
    inlines: list[Inline] = []
    flags: list[str] = []
    chosen: list[Candidate] = []
    for unit, task in job.parts:
        best = task.best if task else None
        if task and best is None:
            flags += sorted({name for c in task.candidates for name in c.findings}) or ["markup"]
        if best is None or best.unchanged:
            inlines += unit.inlines
        else:
            inlines += [*unit.before, *best.inlines, *unit.after]
        if best is not None:
            chosen.append(best)
            flags += quality.reported(best.findings)
    if flags and on_fail is OnFail.KEEP_SOURCE:
        chosen = []
    elif flags and on_fail is OnFail.MARK and chosen:
        inlines.append(plain(MARK))
    target = job.segment.raw
    if not all(candidate.unchanged for candidate in chosen):
        written = _write(inlines, job)
        if written is None:
            flags.append("structure")
            chosen = []
        target = written or target
    origins = {candidate.origin for candidate in chosen}
    origin = next((o for o in _BY_EFFORT if o in origins), Origin.SOURCE)
    return Translation(
        job.segment,
        job.detection,
        job.line,
        job.direction,
        target if chosen else None,
        origin,
        tuple(dict.fromkeys(flags)),
        tuple(dict.fromkeys(candidate.way for candidate in chosen if candidate.way)),
    )


def _write(inlines: list[Inline], job: _Job) -> str | None:
    segment = job.segment
    spaced = list(_spaced(inlines))
    if any(inline.kind is InlineKind.SOFT_BREAK for inline in segment.inlines):
        wrapped = wrap(spaced, source_width(segment.inlines), job.document.newline + segment.prefix)
        written = write_inlines(wrapped, segment, job.document)
        if written is not None:
            return written
    return write_inlines(spaced, segment, job.document)


def _spaced(inlines: Sequence[Inline]) -> Iterator[Inline]:
    """The inlines with spaces for soft line ends, and no blanks before a hard one: one more would
    break for good a line whose end was no more than kept.
    """
    waiting = ""  # blanks
    for inline in inlines:
        if inline.kind is InlineKind.SOFT_BREAK:
            waiting += " "
            continue
        words = inline.text.rstrip(" \t\v\f") if inline.is_plain else inline.raw
        if waiting and words and inline.kind is not InlineKind.HARD_BREAK:
            yield plain(waiting)
        if words:
            waiting = ""
            yield plain(words) if inline.is_plain else inline
        if inline.is_plain:
            waiting += inline.text[len(words) :]
    if waiting:
        yield plain(waiting)
