"""What in a line is words, markup, or something to carry over as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents, inlines, soups

from digestlang.digest import Inline, InlineKind, read_markdown
from digestlang.digest.document import plain
from digestlang.digest.inlines import cut, mark_atoms, width


def read(text: str) -> tuple[Inline, ...]:
    return read_markdown(text).segments[0].inlines


def atoms(text: str) -> list[str]:
    return [inline.raw for inline in mark_atoms([plain(text)]) if inline.kind is InlineKind.ATOM]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://a.b/c에서 봅니다", ["https://a.b/c"]),
        ("(https://a.b/c)", ["https://a.b/c"]),
        ("(https://a.b/c_(d))", ["https://a.b/c_(d)"]),
        ("at https://a.b/c.", ["https://a.b/c"]),
        ("https://a.b/c, and", ["https://a.b/c"]),
        ("https://a.b/c?d=e&f#g!", ["https://a.b/c?d=e&f#g"]),
        ("see www.a.kr/b에", ["www.a.kr/b"]),
        ("mail me@a.co.kr.", ["me@a.co.kr"]),
        ("mail me@a.kr으로", ["me@a.kr"]),
        ("in arXiv:2409.12345v2에서", ["arXiv:2409.12345v2"]),
        ("in 2409.12345 too", ["2409.12345"]),
        ("is 12.12345 or 2024.123456", []),
        ("doi:10.1000/a.b-1.", ["doi:10.1000/a.b-1"]),
        ("as [12] and [1, 2–4] say", ["[12]", "[1, 2–4]"]),
        ("in [2024]", []),
        (r"by \cite{a,b} of \method", [r"\cite{a,b}", r"\method"]),
        (r"is \(x^2\) or $n_i$", [r"\(x^2\)", "$n_i$"]),
        ("for $5 and $6", []),
        ("the snake_case_name and f.call()", ["snake_case_name", "f.call()"]),
        ("the --dry-run of it", ["--dry-run"]),
        ("in /usr/lib/x or ~/a/b.", ["/usr/lib/x", "~/a/b"]),
        ("and/or", []),
        ("by @user in #channel", ["@user", "#channel"]),
        ("C# and F#", []),
        ("the 🚀 and 👩‍🔬 fly", ["🚀", "👩‍🔬"]),
        ("a ⟦1⟧ here", ["⟦", "⟧"]),
        ("state-of-the-art", []),
        ("63.5% of GPT-4", []),
        ("우리는 모델을 쓴다", []),
    ],
)
def test_atoms_end_where_the_sentence_goes_on(text: str, found: list[str]) -> None:
    assert atoms(text) == found


@given(inlines)
def test_marking_atoms_loses_nothing(text: str) -> None:
    assert "".join(inline.raw for inline in mark_atoms([plain(text)])) == text


@given(soups)
def test_marking_atoms_loses_nothing_of_a_soup(text: str) -> None:
    assert "".join(inline.raw for inline in mark_atoms([plain(text)])) == text


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("the `code` here", "code"),
        ("the `` ` `` here", "code"),
        ("the $x^2$ here", "math"),
        ("the ![image *a*](u) here", "image"),
        ("the <https://a.b> here", "link"),
        ("the [[page|label]] here", "link"),
        ("the <kbd>Ctrl</kbd> here", "html"),
        ("the <!-- comment --> here", "html"),
        ('the <i translate="no">x y</i> here', "html"),
        ("the &ngE; here", "entity"),
        ("the <!-- translate:off -->off<!-- translate:on --> here", "off"),
    ],
)
def test_what_is_not_words_is_one_atom(text: str, role: str) -> None:
    found = [inline for inline in read(text) if inline.kind is InlineKind.ATOM]
    assert {inline.role for inline in found} == {role}
    assert "".join(inline.raw for inline in found) == text[len("the ") : -len(" here")]


@pytest.mark.parametrize(
    ("text", "role", "close"),
    [
        ("the *word* here", "emphasis", "*"),
        ("the _word_ here", "emphasis", "_"),
        ("the **word** here", "strong", "**"),
        ("the ~~word~~ here", "strikethrough", "~~"),
        ("the ~word~ here", "strikethrough", "~"),
        ("the [word](u 't') here", "link", "](u 't')"),
        ("the <b class='c'>word</b> here", "html", "</b>"),
        ("그 **단어(word)**를", "strong", "**"),
        ("그 **'단어'**는", "strong", "**"),
    ],
)
def test_markup_opens_and_closes_around_its_words(text: str, role: str, close: str) -> None:
    opened, closed = (i for i in read(text) if i.kind in (InlineKind.OPEN, InlineKind.CLOSE))
    assert (opened.role, closed.role, closed.raw) == (role, role, close)
    assert opened.pair == closed.pair


@pytest.mark.parametrize("text", ["the ** word**s", "the **word", "2**3 and 4 ** 5", "****", "a**"])
def test_stray_asterisks_are_text(text: str) -> None:
    assert all(inline.kind is InlineKind.TEXT for inline in mark_atoms([plain(text)]))


def test_a_reference_by_its_words_keeps_its_label() -> None:
    text = "the [Word][] and [word] and [more][word]\n\n[word]: u\n"
    closes = [i for i in read(text) if i.kind is InlineKind.CLOSE]
    assert [close.text for close in closes] == ["][Word]", "][word]", ""]


def test_a_tag_without_its_match_is_an_atom() -> None:
    assert [i.kind for i in read("the <b>word")].count(InlineKind.ATOM) == 1


@pytest.mark.parametrize(("end", "kind"), [
    ("\n", InlineKind.SOFT_BREAK), ("  \n", InlineKind.HARD_BREAK),
    ("\\\n", InlineKind.HARD_BREAK), ("<br>", InlineKind.HARD_BREAK),
])  # fmt: skip
def test_line_ends_are_soft_or_hard(end: str, kind: InlineKind) -> None:
    assert [i.kind for i in read(f"the word{end}goes on")][1] is kind


def test_an_escape_is_the_character_it_stands_for() -> None:
    segment = read_markdown("the 15\\% of \\*a\\* &amp; b").segments[0]
    assert segment.text == "the 15% of *a* & b"


def test_crossing_markup_is_not_paired() -> None:
    pairs: list[int] = []
    for inline in read("the *a <b>c* d</b> here"):
        if inline.kind is InlineKind.OPEN:
            pairs.append(inline.pair)
        elif inline.kind is InlineKind.CLOSE:
            assert pairs.pop() == inline.pair


@given(documents(), st.data())
def test_cutting_loses_nothing_and_cuts_at_the_offsets(text: str, data: st.DataObject) -> None:
    for segment in read_markdown(text).segments[:2]:
        whole = sum(map(width, segment.inlines))
        offsets = sorted(data.draw(st.lists(st.integers(0, whole), max_size=4)))
        pieces = list(cut(segment.inlines, offsets))
        assert "".join(i.raw for piece in pieces for i in piece) == segment.raw
        assert len(pieces) == len(offsets) + 1


def test_a_close_goes_with_what_is_before_the_cut() -> None:
    before, after = cut(read("*a*b c"), [1])
    assert ("".join(i.raw for i in before), "".join(i.raw for i in after)) == ("*a*", "b c")
