"""A translation is spelled so that a Markdown parser reads what was meant."""

from __future__ import annotations

import pytest
from fakes import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from strategies import structure

from digestlang.digest import InlineKind, read_markdown
from digestlang.digest.document import SegmentKind, plain
from digestlang.digest.layouts import render
from digestlang.digest.markdown import _PARSER, parse_fragment
from digestlang.digest.writing import cell_text, write_inlines
from digestlang.pipeline import Options, Translator


def target(text: str, answers: dict[str, str]) -> str:
    document = read_markdown(text)
    options = Options(check=False, use_glossary=False)
    found = Translator(lambda direction: FakeEngine(answers), options).translate(document)
    return render(document, [one.placed for one in found if one.placed], "target")


def as_html(text: str) -> str:
    return _PARSER.html(text)


@pytest.mark.parametrize(
    ("source", "answer", "strong"),
    [
        ("The **Markdown** of it", "그 ⟦1⟧마크다운(Markdown)⟦2⟧을", "마크다운(Markdown)"),
        ("The **word** of it", "그 ⟦1⟧'단어'⟦2⟧는", "'단어'"),
        ("The **word** of it", "그 ⟦1⟧50%⟦2⟧가", "50%"),
        ("The **word** of it", "그⟦1⟧ 단어 ⟦2⟧는", "단어"),
        ("The **word** of it", "그 ⟦1⟧단어⟦2⟧는", "단어"),
    ],
)
def test_emphasis_before_a_particle_is_never_literal(source: str, answer: str, strong: str) -> None:
    html = as_html(target(source, {"The ⟦1⟧" + source.split("**")[1] + "⟦2⟧ of it": answer}))
    assert f"<strong>{strong}</strong>" in html and "**" not in html


def test_literal_strong_of_a_korean_source_is_real_in_its_translation() -> None:
    out = target("그 **마크다운(Markdown)**을 쓴다.", {"그 ⟦1⟧마크다운(Markdown)⟦2⟧을 쓴다.":
        "We use the ⟦1⟧Markdown⟦2⟧."})  # fmt: skip
    assert "<strong>Markdown</strong>" in as_html(out)


def test_a_literal_strong_left_untranslated_is_left_as_it_is() -> None:
    text = "그 **마크다운(Markdown)**을 쓴다.\n"
    assert target(text, {"그 ⟦1⟧마크다운(Markdown)⟦2⟧을 쓴다.":
        "그 ⟦1⟧마크다운(Markdown)⟦2⟧을 쓴다."}) == text  # fmt: skip


@pytest.mark.parametrize("kind", list(SegmentKind)[:4])
@pytest.mark.parametrize(
    "words",
    [
        "낱말", "# 낱말", "- 낱말", "> 낱말", "1. 낱말", "*낱말*", "**낱말**", "_낱말_", "`낱말`",
        "[낱말](u)", "![낱말](u)", "<b>낱말</b>", "낱말 | 낱말", "$낱말$", "\\낱말", "낱말 \\",
        "&amp;", "===", "---", "[x] 낱말", "낱말 {#id}", "낱말 #", "~낱말~", "[[낱말]]", "a_b_c",
        "2 * 3 * 4", "5 < 6 > 4", "(낱말)", "낱말!", "C# & C++", "⟦", "x^2^", ": 낱말",
        "http://a.b", "<http://a.b>", "+++", "```",
    ],
)  # fmt: skip
def test_words_are_written_as_words(words: str, kind: SegmentKind) -> None:
    sources = {
        SegmentKind.HEADING: "# The words",
        SegmentKind.PARAGRAPH: "The words",
        SegmentKind.ITEM: "- The words",
        SegmentKind.CELL: "| The words |\n|---|\n",
    }
    document = read_markdown(sources[kind])
    (segment,) = document.segments
    written = write_inlines([plain(words)], segment, document)
    assert written is not None
    read = parse_fragment(written, kind, document.labels)
    assert "".join(inline.text for inline in read) == words
    assert all(inline.kind is InlineKind.TEXT for inline in read)


@pytest.mark.parametrize("words", ["낱말", "GPT-4는 3.5% 좋다.", "(낱말)", "a, b: c; d!", "2 * 3"])
def test_ordinary_words_are_not_escaped(words: str) -> None:
    document = read_markdown("The words")
    assert write_inlines([plain(words)], document.segments[0], document) == words


def test_a_reference_by_its_words_is_given_its_label() -> None:
    out = target("The [Word] of it\n\n[word]: u\n", {"The ⟦1⟧Word⟦2⟧ of it": "그 ⟦1⟧낱말⟦2⟧의"})
    assert out == "그 [낱말][Word]의\n\n[word]: u\n"


@pytest.mark.parametrize(
    ("source", "asked", "answer"),
    [
        ("The words<br>\n", "The words", "낱말\\"),
        ("The text\n\nThe words\n", "The words", ": 낱말"),
        ("# The words\r\r[ref]: u\r", "The words", "[ref]"),
        ("- We *do* it\n  ===\n", "We ⟦1⟧do⟦2⟧ it", "⟦1⟧ 낱말⟦2⟧"),
        ("- The words\n\n- more\n", "The words", "[x]"),
        ("- The words\n\n- more\n", "The words", "[ ] 낱말"),
        ("- The words\n", "The words", "[x]"),
        ("The words\n---\n", "The words", "# 낱말"),
        ("The words\n---\n", "The words", "- 낱말"),
        ("The words\n===\n", "The words", "> 낱말"),
        ("The words[^1]\n\n[^1]: 1\n", "The words", "[낱말]"),
        ("The words[^1]\n\n[^1]: 1\n", "The words", "낱말[^1]"),
        ("The `code` of words[^1]\n\n[^1]: 1\n", "The ⟦1⟧ of words", "[⟦1⟧]"),
        ("[The words](u) of it\n", "⟦1⟧The words⟦2⟧ of it", "⟦1⟧[낱말](v)⟦2⟧"),
        ("The words, *the words*\n", "The words, ⟦1⟧the words⟦2⟧", "*⟦1⟧낱말⟦2⟧"),
    ],
)
def test_an_answer_is_no_markup_where_it_stands(source: str, asked: str, answer: str) -> None:
    out = target(source, {asked: answer})
    assert out != source
    assert structure(out) == structure(source)


def test_a_piece_without_words_leaves_no_blank_at_an_items_start() -> None:
    text = "- We *do*\n  ===\n"
    answers = {"We ⟦1⟧do⟦2⟧": "낱말", "We do": "낱말", "We": "", "do": "낱말"}
    assert structure(target(text, answers)) == structure(text)


def test_an_address_is_never_escaped() -> None:
    out = target("https://a.b/c_d of words", {"⟦1⟧ of words": "⟦1⟧의 *낱말*"})
    assert out.startswith("https://a.b/c_d ")


def test_words_do_not_become_a_reference_that_is_defined() -> None:
    out = target("The words [ref] of it\n\n[낱말]: u\n", {"The words [ref] of it": "그 [낱말]의"})
    assert "<a" not in as_html(out)


@pytest.mark.parametrize(
    ("raw", "cell"),
    [("a", "a"), ("a|b", r"a\|b"), (r"a\|b", r"a\|b"), (r"a\\|b", r"a\\|b"), ("||", r"\|\|")],
)
def test_a_cells_pipes_are_escaped_once(raw: str, cell: str) -> None:
    assert cell_text(raw) == cell


@given(st.text("a가|\\`*[ ", max_size=12))
def test_a_cells_text_stays_in_its_cell(raw: str) -> None:
    html = as_html(f"|x|y|\n|-|-|\n| {cell_text(raw)} | z |\n")
    assert html.count("<td>") == 2 or raw.endswith("\\")


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("a|b\n-|-\nthe words|x\n", "+ 낱말"),  # a cell that begins its line begins no list
        ("the words|b\n-|-\n", "- 낱말"),
        ("> a|b\n> -|-\n> the words\n", "# 낱말"),
        ("a|the words\n-|-\n", "낱말\\"),  # nor does one that ends it break the line
        ("a|b\n-|-\nthe words|x\n", "낱말\\"),  # or take the next pipe for its own
        ("x\n\nthe words\n: What it means\n", ": 낱말"),  # a term does not define another
    ],
)
def test_what_begins_or_ends_a_line_stays_words(source: str, answer: str) -> None:
    out = target(source, {"the words": answer})
    assert answer.strip("\\") in as_html(out)
    assert structure(out) == structure(source)


def test_a_backslash_before_an_items_words_is_theirs() -> None:
    (segment,) = read_markdown("- \\[the words](u) of it").segments
    assert segment.raw == "\\[the words](u) of it"
    out = target("- \\[the words of $x$", {"[the words of ⟦1⟧": "<http://a.b> ⟦1⟧"})
    assert structure(out) == structure("- \\[the words of $x$")


def test_a_note_inside_a_link_stays_a_note() -> None:
    source = "[the words[^1]](u)\n\n[^1]: x\n"
    out = target(source, {"the words": "[낱말"})
    assert structure(out) == structure(source)


def test_a_label_counts_behind_a_byte_order_mark() -> None:
    source = "\ufeff[ref]: u\n\nthe words\n"
    assert structure(target(source, {"the words": "[ref]"})) == structure(source)
