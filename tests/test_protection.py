"""Spans go through a translation exactly once, or the attempt is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from strategies import documents

from digestlang.alignment import Alignment
from digestlang.digest import Inline, InlineKind, read_markdown
from digestlang.errors import PlaceholderError
from digestlang.protection import Align, Attempt, attempts, joined, mask, source_words


def read(text: str) -> tuple[Inline, ...]:
    return read_markdown(text).segments[0].inlines


def by_word(pairs: Mapping[str, str]) -> Align:
    """An alignment that knows which words of a source stand for which of its translation."""

    def align(source: str, target: str) -> Alignment:
        ours, theirs = (
            [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
            for text in (source, target)
        )
        meant = {(source.index(a), target.index(b)) for a, b in pairs.items()}
        attention = [[float((s, t) in meant) for s, _ in ours] for t, _ in theirs]
        return Alignment(target, ours, theirs, attention)

    return align


def way(
    text: str, name: str, *, placeholders: bool = True, pairs: Mapping[str, str] | None = None
) -> Attempt:
    ways = attempts(read(text), placeholders=placeholders, align=by_word(pairs or {}))
    return next(attempt for attempt in ways if attempt.name == name)


def raw(inlines: Sequence[Inline]) -> str:
    return "".join(inline.raw for inline in inlines)


@pytest.mark.parametrize(
    ("text", "placeholders", "names"),
    [
        ("the words", True, ["plain"]),
        ("the `code`", True, ["placeholders", "words", "aligned", "around"]),
        ("the `code`", False, ["words", "aligned", "around"]),
        ("the *words*", False, ["words", "aligned", "around"]),
        ("the *words", False, ["plain"]),
        ("the <br/>words[^1]\n\n[^1]: x", True, ["placeholders", "around"]),
        ("the " + "`x` " * 10, True, ["words", "aligned", "around"]),
        ("the " + "`x` " * 9, True, ["placeholders", "words", "aligned", "around"]),
    ],
)
def test_ways_come_the_most_faithful_first(text: str, placeholders: bool, names: list[str]) -> None:
    assert [
        a.name for a in attempts(read(text), placeholders=placeholders, align=by_word({}))
    ] == names


def test_a_plain_sentence_is_given_with_single_spaces_and_composed_letters() -> None:
    (only,) = attempts(read("the\nna\u0308ive  words"), placeholders=True, align=by_word({}))
    assert only.sources == ("the näive words",)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("the `code` of *it*", "the ⟦1⟧ of ⟦2⟧it⟦3⟧"),
        ("see https://a.b/c에서", "see ⟦1⟧에서"),
        ("the [words](u) are", "the ⟦1⟧words⟦2⟧ are"),
        ("a ⟦1⟧ of the words", "a ⟦1⟧1⟦2⟧ of the words"),
        ("the **마크다운(Markdown)**을", "the ⟦1⟧마크다운(Markdown)⟦2⟧을"),
    ],
)
def test_placeholders_stand_for_spans(text: str, source: str) -> None:
    assert way(text, "placeholders").sources == (source,)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("⟦2⟧그것⟦3⟧의 ⟦1⟧", "*그것*의 `code`"),
        ("⟦ 1 ⟧의 ⟦2⟧그것⟦3⟧", "`code`의 *그것*"),
        ("⟦1⟧의 ⟦2⟧ 그것 ⟦3⟧은", "`code`의  *그것* 은"),
    ],
)
def test_spans_come_back_where_their_placeholders_are(answer: str, expected: str) -> None:
    found = raw(way("the `code` of *it*", "placeholders").rebuild([answer]))
    assert found.replace("  ", " ") == expected.replace("  ", " ")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "낱말",
        "⟦1⟧의 ⟦2⟧그것",
        "⟦1⟧ ⟦1⟧의 ⟦2⟧그것⟦3⟧",
        "⟦1⟧의 ⟦3⟧그것⟦2⟧",
        "⟦1⟧의 그것⟦2⟧⟦3⟧",
        "⟦1⟧의 ⟦2⟧ ⟦3⟧그것",
        "⟦1⟧의 ⟦2⟧그것⟦3⟧⟦4⟧",
        "⟦1⟧의 ⟦2⟧그것⟦3⟧ ⟦0⟧",
        "⟦1⟧의 ⟦2⟧그것⟦3⟧ ⟦",
        "⟦1⟧의 ⟦2⟧그것⟦3⟧ ⟦x⟧",
        "1의 2그것3",
    ],
)
def test_a_lost_doubled_or_torn_span_is_refused(answer: str) -> None:
    with pytest.raises(PlaceholderError):
        way("the `code` of *it*", "placeholders").rebuild([answer])


def test_crossing_markup_is_refused() -> None:
    with pytest.raises(PlaceholderError):
        way("the *a* of **b**", "placeholders").rebuild(["⟦1⟧ㄱ⟦3⟧ㄴ⟦2⟧ㄷ⟦4⟧"])


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("the ***word*** of", "그 ⟦1⟧⟦2⟧낱말⟦3⟧⟦4⟧의", "그 ***낱말***의"),
        ("the *a **b*** of", "그 ⟦1⟧ㄱ ⟦2⟧ㄴ⟦3⟧⟦4⟧의", "그 *ㄱ **ㄴ***의"),
        ("the **[a](u)** of", "그 ⟦1⟧⟦2⟧ㄱ⟦3⟧⟦4⟧의", "그 **[ㄱ](u)**의"),
        ("the **`a `** of", "그 ⟦1⟧⟦2⟧⟦3⟧의", "그 **`a `**의"),
        ("at https://a.b of", "⟦1⟧에서", "https://a.b 에서"),
        ("at https://a.b of", "그것⟦1⟧의", "그것 https://a.b 의"),
    ],
)
def test_markup_may_nest_and_addresses_stand_free(text: str, answer: str, expected: str) -> None:
    assert raw(way(text, "placeholders").rebuild([answer])) == expected


def test_spans_shown_as_words_are_found_again() -> None:
    found = way("the `f.x` of *BERT* here", "words", placeholders=False)
    assert found.sources == ("the f.x of BERT here",)
    assert raw(found.rebuild(["여기 BERT의 f.x"])) == "여기 *BERT*의 `f.x`"


@pytest.mark.parametrize(
    "answer", ["여기 BERT의", "BERT의 BERT와 f.x", "버트의 f.x", "BERTf.x f.x"]
)
def test_spans_shown_as_words_must_come_back_once(answer: str) -> None:
    with pytest.raises(PlaceholderError):
        way("the `f.x` of *BERT* here", "words", placeholders=False).rebuild([answer])


def test_marked_words_that_were_translated_are_found_by_attention() -> None:
    pairs = {"paper": "논문", "this": "이것", "x": "엑스"}
    found = way("See [the paper](u) and **this**, `x`.", "aligned", placeholders=False, pairs=pairs)
    assert found.sources == ("See the paper and this, x.",)
    assert raw(found.rebuild(["논문과 이것, 엑스를 보라."])) == "[논문과](u) **이것**, `x`를 보라."


@pytest.mark.parametrize(
    ("text", "answer", "pairs", "expected"),
    [
        ("a **[red](u)** one", "붉은 것", {"red": "붉은"}, "**[붉은](u)** 것"),
        ("a *very [red](u)* one", "매우 붉은 것", {"very": "매우", "red": "붉은"},
         "*매우 [붉은](u)* 것"),
        ("a *red* one", "것", {}, None),
    ],
)  # fmt: skip
def test_attention_places_nested_spans_and_none_by_guessing(
    text: str, answer: str, pairs: dict[str, str], expected: str | None
) -> None:
    found = way(text, "aligned", placeholders=False, pairs=pairs)
    if expected is None:
        with pytest.raises(PlaceholderError):
            found.rebuild([answer])
    else:
        assert raw(found.rebuild([answer])) == expected


def test_around_spans_only_the_words_between_are_asked_for() -> None:
    found = way("the first `code` of *the last*, 25 !", "around")
    assert found.sources == ("the first", "of", "the last", ", 25 !") or found.sources == (
        "the first", "of", "the last"
    )  # fmt: skip
    answers = ["첫", "의", "끝", ", 25 !"][: len(found.sources)]
    assert raw(found.rebuild(answers)) == "첫 `code` 의 *끝*, 25 !"


def test_masked_terms_are_atoms_and_whole_words_only() -> None:
    found = mask(read("GPT-4 and GPT and GPTs"), ["GPT", "GPT-4"])
    assert [i.text for i in found if i.kind is InlineKind.ATOM] == ["GPT-4", "GPT"]
    assert raw(found) == "GPT-4 and GPT and GPTs"


def test_joined_attempts_share_out_the_answers() -> None:
    first, second = way("the `a` b", "around"), way("the *c*", "around")
    whole = joined([first, second])
    assert whole.sources == first.sources + second.sources
    found = raw(whole.rebuild([f"ㄱ{n}" for n in range(len(whole.sources))]))
    assert "`a`" in found and found.count("*") == 2


def test_source_words_are_without_code_and_addresses() -> None:
    assert source_words(read("the `code` of *words* at https://a.b")) == "the of words at"


@given(documents())
def test_an_answer_without_any_span_is_always_refused(text: str) -> None:
    for segment in read_markdown(text).segments:
        for attempt in attempts(segment.inlines, placeholders=True, align=by_word({})):
            if attempt.name == "placeholders":
                with pytest.raises(PlaceholderError):
                    attempt.rebuild(["낱말"])
