"""``digestlang translate``: digests in, parallel digests out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from digestlang.cli.options import (
    CHECKS_FAILED,
    beam_size_option,
    chosen_format,
    field_option,
    files_argument,
    format_option,
    one_line,
    path_type,
    print_text,
    threads_option,
    write_or_print,
)
from digestlang.cli.outputs import Outputs
from digestlang.cli.progress import progress_bar
from digestlang.detection import detect_all, majority
from digestlang.digest import files
from digestlang.digest.document import Document
from digestlang.digest.layouts import LAYOUTS, check_layout, render
from digestlang.engines import ENGINES, DecodingOptions, Engine, IdentityEngine, load_engine
from digestlang.errors import DigestlangError, UsageError
from digestlang.languages import Direction, Language, parse_language
from digestlang.memory import Memory, RememberingEngine, default_path
from digestlang.models import Model, default_model, find_model
from digestlang.pipeline import OnFail, Options, Translator
from digestlang.repair import Origin
from digestlang.report import Outcome, inconsistent_terms, report
from digestlang.terms import Glossary, project_glossary, read_glossary

_SHOWN_FLAGS = 10


class _LanguageType(click.ParamType[Any]):
    name = "language"

    def convert(self, value: Any, param: Any, ctx: Any) -> Language | None:
        if value is None or isinstance(value, Language) or value == "auto":
            return None if value == "auto" else value
        return parse_language(value)


@dataclass(frozen=True, slots=True)
class _Settings:
    """The options of one run, as click collects them."""

    source: Language | None
    target: Language | None
    output: str | None
    layout: str
    format_: str
    fields: tuple[str, ...]
    titles: str
    engine: str
    models: tuple[str, ...]
    fallback: str | None
    beam_size: int
    threads: int
    glossaries: tuple[Path, ...]
    no_glossary: bool
    memory: Path | None
    report: Path | None
    on_fail: OnFail
    force: bool
    dry_run: bool
    strict: bool
    quiet: bool


@click.command()
@files_argument
@click.option(
    "-f",
    "--from",
    "source",
    type=_LanguageType(),
    default="auto",
    show_default=True,
    help="Translate only segments in this language, and take those in doubt to be; auto, ko or en.",
)
@click.option(
    "-t",
    "--to",
    "target",
    type=_LanguageType(),
    default="auto",
    show_default=True,
    help="Translate into this language; auto translates each segment into the other.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR|-",
    help="A file, a directory, or - for standard output.  [default: standard output for one input, "
    "x.ko.md beside each x.md for several]",
)
@click.option(
    "--layout",
    type=click.Choice(list(LAYOUTS)),
    default="interleaved",
    show_default=True,
    help="Each source block and then its translation; both side by side in tables; the translation "
    "only; or the translation with its source folded.",
)
@format_option
@field_option
@click.option(
    "--titles",
    type=click.Choice(["keep", "translate"]),
    default="keep",
    show_default=True,
    help="What happens to the titles of papers.",
)
@click.option(
    "--engine",
    type=click.Choice([*ENGINES, "identity"]),
    default="ctranslate2",
    show_default=True,
    help="What runs the model; identity changes nothing, to look at structure.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME|PATH",
    help="The model; may be repeated, one a direction.  [default: the embedded one]",
)
@click.option(
    "--fallback",
    metavar="NAME|PATH",
    help="A second model, asked for the sentences on which the first fails a check.",
)
@beam_size_option
@threads_option
@click.option(
    "--glossary",
    "glossaries",
    multiple=True,
    type=path_type,
    metavar="FILE",
    help="CSV or TSV of terms (source, target; no target: not translated); may be repeated.",
)
@click.option(
    "--no-glossary", is_flag=True, help="Without the project's own labels and terms of AI papers."
)
@click.option(
    "--memory",
    type=path_type,
    default=default_path,
    help="The translation memory's file.  [default: in the user's data directory]",
)
@click.option("--no-memory", is_flag=True, help="Neither ask a translation memory nor fill it.")
@click.option("--report", type=path_type, help="Write what became of every segment, as JSON.")
@click.option(
    "--on-fail",
    type=click.Choice(list(OnFail)),
    default=OnFail.TRANSLATE,
    show_default=True,
    help="A translation that fails a check is used all the same, used with a ⚠ behind it, or left "
    "out for its source. One that is empty or loops is always left out.",
)
@click.option("--force", is_flag=True, help="Overwrite outputs that exist.")
@click.option("--dry-run", is_flag=True, help="Say what would be translated; load no model.")
@click.option("--strict", is_flag=True, help="Exit with 3 if a segment failed a check.")
@click.option("--quiet", is_flag=True, help="No progress, no summary; errors only.")
def translate(paths: tuple[str, ...], memory: Path, no_memory: bool, **options: Any) -> None:
    """Translate digests: Markdown, plain text or JSON Lines, Korean to English and back."""
    _run(paths, _Settings(memory=None if no_memory else memory, **options))


def _run(arguments: Sequence[str], settings: _Settings) -> None:
    if settings.source is not None and settings.source is settings.target:
        raise UsageError(f"--from and --to are both {settings.source}")
    leave_out = Path(settings.output) if settings.output else None
    sources = files.find_sources(arguments, leave_out=leave_out)
    outputs = Outputs(settings.output, sources, force=settings.force)
    if settings.report is not None:
        outputs.claim_report(settings.report)
    outcomes: list[Outcome] = []
    failures = 0
    started = time.perf_counter()
    with _translator(settings) as translator:
        for source in sources:
            try:
                outcomes += _process(source, translator, outputs, settings)
            except DigestlangError as error:
                if len(sources) == 1:
                    raise
                click.echo(f"digestlang: {error}", err=True)  # one bad file does not stop the rest
                failures += 1
    if settings.report is not None and not settings.dry_run:
        text = report(outcomes, time.perf_counter() - started, translator.options.terms)
        write_or_print(settings.report, text, force=settings.force)
    if failures:
        raise DigestlangError(f"{failures} of {len(sources)} files could not be translated")
    if settings.strict and any(t.flags for o in outcomes for t in o.translations):
        raise click.exceptions.Exit(CHECKS_FAILED)


def _process(
    source: files.Source, translator: Translator, outputs: Outputs, settings: _Settings
) -> list[Outcome]:
    """Translate one file; for a dry run only say what would be, and return nothing."""
    document = files.read(source, chosen_format(settings.format_), settings.fields)
    check_layout(document, settings.layout)
    output = outputs.path_for(
        source, document, lambda: settings.target or _majority_target(document, settings)
    )
    if settings.dry_run:
        _say_plan(document, translator, output)
        return []
    return [_translate_file(document, translator, output, settings)]


def _translate_file(
    document: Document, translator: Translator, output: Path | None, settings: _Settings
) -> Outcome:
    started = time.perf_counter()
    segments = sum(len(part.segments) for part in document.parts)
    with progress_bar(Path(document.name).name, segments, quiet=settings.quiet) as progress:
        translations = translator.translate(document, progress)
    placed = [translation.placed for translation in translations]
    text = render(document, [one for one in placed if one is not None], settings.layout)
    if output is None:
        print_text(text)
    else:
        files.write(output, text, force=settings.force)
    outcome = Outcome(document.name, translations, time.perf_counter() - started)
    if not settings.quiet:
        _say_summary(outcome, output, translator.options.terms)
    return outcome


# -- engines --------------------------------------------------------------------------------------


@contextmanager
def _translator(settings: _Settings) -> Iterator[Translator]:
    """A translator whose engines load when a direction first occurs, and its memory, open."""
    identity = settings.engine == "identity" or settings.dry_run
    memory = Memory(settings.memory) if settings.memory and not identity else None
    chosen = [find_model(name) for name in settings.models]
    fallback = find_model(settings.fallback) if settings.fallback else None
    decoding = DecodingOptions(settings.beam_size, settings.threads)
    loaded: dict[Path, Engine] = {}  # one that does both directions is loaded once

    def load(model: Model) -> Engine:
        if model.path not in loaded:
            engine = load_engine(settings.engine, model, decoding)
            loaded[model.path] = RememberingEngine(engine, memory) if memory else engine
        return loaded[model.path]

    def engine_for(direction: Direction) -> Engine:
        if identity:
            return IdentityEngine()
        able = [model for model in chosen if direction in model.directions]
        if chosen and not able:
            chosen[0].check_direction(direction)
        return load(able[0] if able else default_model(direction))

    def fallback_for(direction: Direction) -> Engine | None:
        return load(fallback) if fallback and direction in fallback.directions else None

    options = Options(
        source=settings.source,
        target=settings.target,
        translate_titles=settings.titles == "translate",
        use_glossary=not (settings.no_glossary or identity),
        terms=_terms(settings),
        check=not identity,
        on_fail=settings.on_fail,
    )
    with memory or nullcontext():
        yield Translator(engine_for, options, fallback_for)


def _terms(settings: _Settings) -> Glossary:
    """The user's terms, then the project's: of two with one spelling the first counts."""
    own = [term for path in settings.glossaries for term in read_glossary(path)]
    return Glossary([*own, *([] if settings.no_glossary else project_glossary())])


def _majority_target(document: Document, settings: _Settings) -> Language:
    """The language most of a document will be translated into; English if there is none."""
    language = majority(
        found
        for part in document.parts
        for found in detect_all([segment.text for segment in part.segments])
        if settings.source in (None, found.language)
    )
    return language.other if language else Language.ENGLISH


# -- what is said on standard error ---------------------------------------------------------------


def _say_summary(outcome: Outcome, output: Path | None, glossary: Glossary) -> None:
    totals = outcome.totals
    passed = Counter(
        t.detection.code for t in outcome.translations if t.origin is Origin.PASSED_THROUGH
    )
    foreign = ", ".join(
        f"{n} {code}" for code, n in sorted(passed.items()) if code not in ("ko", "en")
    )
    where = f" -> {output}" if output else ""
    click.echo(
        f"{outcome.name}{where}: {totals['segments']} segments, {totals['translated']} translated "
        f"({totals['from_memory']} from memory), {totals['passed_through']} passed through"
        + (f" ({foreign})" if foreign else "")
        + f", {totals['flagged']} flagged; {totals['seconds']:.1f} s, "
        f"{totals['segments_per_second']:.1f} segments/s",
        err=True,
    )
    flagged = [translation for translation in outcome.translations if translation.flags]
    for one in flagged[:_SHOWN_FLAGS]:
        kept = "; the source is kept" if one.origin is Origin.SOURCE else ""
        click.echo(f"{outcome.name}:{one.line}: check {', '.join(one.flags)}{kept}", err=True)
    if len(flagged) > _SHOWN_FLAGS:
        click.echo(f"… and {len(flagged) - _SHOWN_FLAGS} more; --report FILE lists them", err=True)
    for term, used in inconsistent_terms(outcome, glossary).items():
        spellings = ", ".join(f"{spelling} {count}" for spelling, count in used.most_common())
        click.echo(f"{outcome.name}: {term.sources[0]!r} is spelled {spellings}", err=True)
    if passed["und"]:
        click.echo("a language in doubt is passed through; --from says which it is", err=True)


def _say_plan(document: Document, translator: Translator, output: Path | None) -> None:
    planned = translator.translate(document)
    directions = Counter(str(t.direction) if t.direction else "passed through" for t in planned)
    counts = ", ".join(f"{count} {name}" for name, count in sorted(directions.items()))
    click.echo(
        f"{document.name} -> {output or 'standard output'}: {counts or 'nothing to translate'}"
    )
    for translation in planned:
        if translation.direction is not None:
            line = one_line(translation.segment.text, 70)
            click.echo(f"  {translation.line}: {translation.direction} {line}")
