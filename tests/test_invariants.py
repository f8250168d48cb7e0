"""What holds for any Markdown at all: nothing lost, nothing touched but prose, the same twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from commonmark_cases import EXAMPLES
from fakes import FakeEngine
from hypothesis import example, given, settings
from strategies import anything, documents, structure, texts

from digestlang.alignment import Alignment
from digestlang.digest import Document, Inline, InlineKind, read_markdown, read_text
from digestlang.digest.layouts import LAYOUTS, render
from digestlang.engines.base import Engine, IdentityEngine
from digestlang.languages import Direction, Language
from digestlang.pipeline import Options, Translation, Translator
from digestlang.protection import attempts
from digestlang.repair import Origin
from digestlang.sentences import split_units

DIGESTS = sorted((Path(__file__).parents[2] / "shared/digests").glob("*.md"))
every_example = pytest.mark.parametrize(
    "text", [text for _, text in EXAMPLES], ids=[name for name, _ in EXAMPLES]
)
every_layout = pytest.mark.parametrize("layout", LAYOUTS)
UNCHECKED = Options(check=False, use_glossary=False, translate_titles=True)


def translated(
    document: Document, engine: Engine, options: Options = UNCHECKED
) -> list[Translation]:
    return Translator(lambda direction: engine, options).translate(document)


def rendered(
    text: str,
    engine: Engine,
    layout: str = "target",
    read: Callable[[str], Document] = read_markdown,
    options: Options = UNCHECKED,
) -> str:
    document = read(text)
    placed = [one.placed for one in translated(document, engine, options)]
    return render(document, [one for one in placed if one is not None], layout)


def in_other_words(source: str, direction: Direction) -> str:
    """Every word another one, in the target's script; placeholders stay."""
    if direction.target is Language.KOREAN:
        return re.sub("[A-Za-z]+", "낱말", source)
    return re.sub("[가-힣]+", "word", source)


# -- reading ----------------------------------------------------------------------------------


def assert_segments_are_slices(document: Document) -> None:
    position = 0
    for segment in document.segments:
        assert segment.raw == document.text[segment.start : segment.end]
        assert segment.block_start <= segment.start <= segment.end <= segment.block_end
        assert position <= segment.start
        position = segment.end


@every_example
def test_segments_of_examples_are_slices_in_order(text: str) -> None:
    assert_segments_are_slices(read_markdown(text))
    assert_segments_are_slices(read_text(text))


@given(anything)
def test_segments_are_slices_in_order(text: str) -> None:
    assert_segments_are_slices(read_markdown(text))


@given(anything)
@example("1.\nthe words are")
@example("- \n  the words")
@example("- \x0b\n  the words")
def test_segments_of_plain_text_are_slices_in_order(text: str) -> None:
    assert_segments_are_slices(read_text(text))


@given(documents())
def test_markup_in_a_segment_is_paired_and_nested(text: str) -> None:
    for segment in read_markdown(text).segments:
        opened: list[int] = []
        for inline in segment.inlines:
            if inline.kind is InlineKind.OPEN:
                opened.append(inline.pair)
            elif inline.kind is InlineKind.CLOSE:
                assert opened and opened.pop() == inline.pair
        assert not opened


# -- the three invariants ---------------------------------------------------------------------


@given(anything)
def test_nothing_translated_gives_the_input_back(text: str) -> None:
    document = read_markdown(text)
    for layout in LAYOUTS:
        assert render(document, [], layout) == text


@every_example
def test_identity_gives_examples_back(text: str) -> None:
    assert rendered(text, IdentityEngine()) == text
    assert rendered(text, IdentityEngine(), read=read_text) == text


@given(anything)
def test_identity_gives_the_input_back(text: str) -> None:
    assert rendered(text, IdentityEngine()) == text


@given(anything)
@example("1.\nthe words are")
def test_identity_gives_plain_text_back(text: str) -> None:
    assert rendered(text, IdentityEngine(), read=read_text) == text


@pytest.mark.shared
@pytest.mark.skipif(not DIGESTS, reason="needs the real digests beside the checkout")
@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.name)
def test_identity_gives_real_digests_back(path: Path) -> None:
    text = path.read_bytes().decode()
    assert rendered(text, IdentityEngine()) == text


@every_layout
@settings(max_examples=40)
@given(documents())
def test_a_second_run_gives_the_same_text(layout: str, text: str) -> None:
    first = rendered(text, FakeEngine(in_other_words), layout)
    assert rendered(text, FakeEngine(in_other_words), layout) == first


# -- a translation in the place of its source ---------------------------------------------------


def assert_same_structure(text: str, engine: Engine, options: Options = UNCHECKED) -> None:
    assert structure(rendered(text, engine, options=options)) == structure(text)


@pytest.mark.parametrize("placeholders", [True, False], ids=["placeholders", "no placeholders"])
@every_example
def test_translated_examples_keep_their_structure(text: str, placeholders: bool) -> None:
    assert_same_structure(text, FakeEngine(in_other_words, placeholders=placeholders))


@pytest.mark.parametrize("placeholders", [True, False], ids=["placeholders", "no placeholders"])
@given(documents())
@example("the *the <br>*")
@example("- *model* *모델을*\n\n  the")
@example("the **`a `** of the model")
@example("> the\r>\r\rthe\rthe\r\r")
@example("-\tthe\n  |the|\n  |---|\n")
@example("| the ![\\\\|](i.png) |\n| --- |\n")
@example("- [ ] 1. the\n\n     **모델을 the**을\n")
def test_a_translation_keeps_the_structure(placeholders: bool, text: str) -> None:
    assert_same_structure(text, FakeEngine(in_other_words, placeholders=placeholders))


@pytest.mark.shared
@pytest.mark.skipif(not DIGESTS, reason="needs the real digests beside the checkout")
@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.name)
def test_translated_real_digests_keep_their_structure(path: Path) -> None:
    assert_same_structure(path.read_bytes().decode(), FakeEngine(in_other_words))


def unaligned(source: str, target: str) -> Alignment:
    return Alignment(target, (), (), ())


def spans(inlines: Sequence[Inline]) -> Counter[Inline]:
    words = (InlineKind.TEXT, InlineKind.SOFT_BREAK)
    return Counter(inline for inline in inlines if inline.kind not in words)


@pytest.mark.parametrize("placeholders", [True, False], ids=["placeholders", "no placeholders"])
@given(documents())
@example("the *&nbsp;*")
def test_every_way_to_translate_carries_every_span_once(placeholders: bool, text: str) -> None:
    for segment in read_markdown(text).segments:
        for unit in split_units(segment.inlines, Language.ENGLISH):
            for way in attempts(unit.core, placeholders=placeholders, align=unaligned):
                if way.name in ("words", "aligned"):
                    continue  # trusted only where a model leaves the words of spans alone
                answers = [re.sub("[A-Za-z]+", "낱말", source) for source in way.sources]
                assert spans(way.rebuild(answers)) == spans(unit.core)


# -- an engine that answers anything ------------------------------------------------------------

HOSTILE = (
    "", "\n\n", "# 낱말", "- 낱말", "> 낱말", "1. 낱말", "+ 낱말", "---", "===", "+++", "***",
    "```", "$$", "|", "| a | b |\n|---|---|", "낱말\n\n낱말", "낱말\n- 낱말", "    낱말", "[x]",
    "[x] 낱말", "[ ] 낱말", "[ref]", "[ref]: u", "[a](b)", "[[낱말]]", "[^1]", "[^1]: 낱말",
    "![a](b)", "<b>", "</b>", "<div>", "<!--", "<!-- translate:off -->", "<br>", "&amp;", "&",
    "\\", "낱말\\", "`", "**낱말", "*낱말*", "_낱말_", "~~낱말~~", "$낱말$", "낱말 {#id}", "낱말 #",
    ": 낱말", "⟦1⟧", "⟦7⟧", "⟦", "\x00", "http://a.b", "<http://a.b>", "낱말  ", "낱말\r\n낱말",
    "\u2028", "* # | [x] <b> $ ` 1. ---",
)  # fmt: skip
BLOCKS = re.compile(r"^(?:Start|End) (?!Link|Image).*", re.MULTILINE)
PLACEHOLDER = re.compile(r"⟦\d+⟧")


def dropping(text: str, source: str) -> str:
    return text


def doubling(text: str, source: str) -> str:
    return text.join(PLACEHOLDER.findall(source) * 2)


def swapping(text: str, source: str) -> str:
    return text + text.join(reversed(PLACEHOLDER.findall(source))) + text


def filling(text: str, source: str) -> str:
    return text.join(["", *PLACEHOLDER.findall(source), ""])


HABITS = (dropping, doubling, swapping, filling)


def hostile_engine(shift: int, *, placeholders: bool) -> FakeEngine:
    """Answers something nasty, chosen by the source so that a document meets many of them."""

    def answer(source: str, direction: Direction) -> str:
        choice = sum(map(ord, source)) + shift
        return HABITS[choice % len(HABITS)](HOSTILE[choice % len(HOSTILE)], source)

    return FakeEngine(answer, placeholders=placeholders)


SAMPLE = (
    "# The *title* of the words\n\nThe words of `code` and [a link](u) of $x$.\n\n"
    "- The first of the **words**\n- The second of the words\n\n> The quote of the words\n\n"
    "| The head |\n|---|\n| The cell of `code` of the words |\n\nThe words[^1] and [ref].\n\n"
    "[^1]: The note of the words.\n[ref]: u\n"
)


@pytest.mark.parametrize("check", [True, False], ids=["checked", "unchecked"])
@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("answer", HOSTILE)
def test_no_answer_breaks_the_structure(
    answer: str, habit: Callable[[str, str], str], check: bool
) -> None:
    engine = FakeEngine(lambda source, direction: habit(answer, source))
    options = Options(check=check, use_glossary=False, translate_titles=True)
    assert_same_structure(SAMPLE, engine, options)


@pytest.mark.parametrize("placeholders", [True, False], ids=["placeholders", "no placeholders"])
@settings(max_examples=40)
@given(documents())
@example("the the. 모델을 <kbd>K</kbd> the\\")
@example("title: The page\n---\n")
@example("[^1]: - model\n        *the*\n")
def test_no_engine_breaks_the_structure(placeholders: bool, text: str) -> None:
    options = Options(use_glossary=False, translate_titles=True)
    before = structure(text)
    for shift in range(2):
        engine = hostile_engine(shift, placeholders=placeholders)
        after = structure(rendered(text, engine, options=options))
        # The order of spans in a sentence is the engine's to choose.
        assert Counter(after) == Counter(before)
        assert BLOCKS.findall("\n".join(after)) == BLOCKS.findall("\n".join(before))


def test_a_lost_span_leads_to_another_attempt() -> None:
    engine = FakeEngine(
        lambda source, direction: (
            "⟦1⟧ 낱말" if "⟦2⟧" in source else in_other_words(source, direction)
        )
    )
    (one,) = translated(read_markdown("The `code` of the $x$ and the words."), engine)
    assert one.origin is Origin.ENGINE
    assert one.target is not None and "`code`" in one.target and "$x$" in one.target
    assert len(engine.asked) > 1


def test_an_unreadable_translation_leaves_the_source_and_a_flag() -> None:
    text = "The words of the day are here.\n"
    engine = FakeEngine(lambda source, direction: "")
    (one,) = translated(read_markdown(text), engine, Options())
    assert one.origin is Origin.SOURCE and one.target is None and one.flags
    assert rendered(text, engine, options=Options()) == text


# -- both texts side by side --------------------------------------------------------------------


def kept(found: Sequence[str]) -> Counter[str]:
    """What must be there at least as often as in the source: no blocks of words, but what they
    hold.
    """
    blocks = r"Start (?!Link|Image|CodeBlock)|End |TaskListMarker|HardBreak"
    return Counter(one for one in found if not re.match(blocks, one))


def assert_nothing_lost(text: str, layout: str) -> None:
    out = rendered(text, FakeEngine(in_other_words), layout)
    assert not kept(structure(text)) - kept(structure(out))
    if layout == "table":
        return
    position = 0
    for segment in read_markdown(text).segments:
        position = out.index(segment.raw, position) + len(segment.raw)
    blocks = re.compile(r"Start (?!Link|Image)(\w+)")
    before, after = (
        Counter(match.group(1) for one in structure(t) if (match := blocks.match(one)))
        for t in (text, out)
    )
    assert not before - after


@pytest.mark.parametrize("layout", ["interleaved", "table", "details"])
@every_example
def test_examples_beside_their_translation_lose_nothing(text: str, layout: str) -> None:
    assert_nothing_lost(text, layout)


@pytest.mark.parametrize("layout", ["interleaved", "table", "details"])
@pytest.mark.shared
@pytest.mark.skipif(not DIGESTS, reason="needs the real digests beside the checkout")
@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.name)
def test_real_digests_beside_their_translation_lose_nothing(path: Path, layout: str) -> None:
    assert_nothing_lost(path.read_bytes().decode(), layout)


# -- any size -----------------------------------------------------------------------------------

LARGE = {
    "one long line": "The words of the model are new. " * 3_000,
    "long line of Korean": "우리는 새로운 모델을 제안합니다. " * 2_000,
    "deep quote": ">" * 10_000 + " The words",
    "open brackets": "[" * 20_000 + "the words",
    "closed brackets": "the words" + "]" * 20_000,
    "open strong": "**" * 20_000 + "the words",
    "spaced strong": "**a " * 5_000,
    "addresses": "https://a.b/c " * 5_000,
    "dollars": "$" * 20_000 + "the words",
    "backticks": "".join("`" * n + " " for n in range(1, 200)) + "the words",
    "table": "| The head |\n|---|\n" + "| the cell |\n" * 2_000,
    "list": "- the item\n" * 2_000,
    "tags": "<b>" * 5_000 + "the words",
    "open parentheses": "(" * 10_000 + "the words are",
    "backslashes": "\\" * 20_000 + "the words",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_size_is_no_obstacle(text: str) -> None:
    assert rendered(text, IdentityEngine()) == text


@settings(max_examples=60)
@given(texts)
def test_reading_never_raises(text: str) -> None:
    read_markdown(text)
    read_text(text)
