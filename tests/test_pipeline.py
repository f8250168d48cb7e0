"""The walk of a document: who is translated, how a bad translation is mended, what is reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from fakes import FakeEngine

from digestlang.alignment import Alignment
from digestlang.digest import read_jsonl, read_markdown
from digestlang.engines.base import Hypothesis
from digestlang.languages import Direction, Language
from digestlang.pipeline import OnFail, Options, Translation, Translator
from digestlang.repair import Origin

EN_KO, KO_EN = Direction.parse("en-ko"), Direction.parse("ko-en")


def scripted(script: Callable[[str], str], **options: Any) -> FakeEngine:
    """An engine that translates by a function of the source."""
    return FakeEngine(lambda source, direction: script(source), **options)


def sources(engine: FakeEngine) -> list[str]:
    return [source for _, source in engine.asked]


def run(text: str, engine: FakeEngine, options: Options | None = None) -> list[Translation]:
    return Translator(lambda direction: engine, options or Options()).translate(read_markdown(text))


def korean(source: str) -> str:
    """A translation that every check passes, whatever the source."""
    return f"번역문 {source}"


# -- who is translated ----------------------------------------------------------------------------


def test_every_segment_goes_into_the_other_language() -> None:
    engine = scripted(lambda source: "The words." if "문장" in source else "우리말 문장.")
    english, hangul = run("These are the words of the day.\n\n이것은 오늘의 문장입니다.\n", engine)
    assert (english.direction, hangul.direction) == (EN_KO, KO_EN)
    assert (english.target, hangul.target) == ("우리말 문장.", "The words.")


@pytest.mark.parametrize(
    ("options", "translated"),
    [
        (Options(target=Language.KOREAN), [True, False]),
        (Options(target=Language.ENGLISH), [False, True]),
        (Options(source=Language.ENGLISH), [True, False]),
        (Options(source=Language.KOREAN), [False, True]),
    ],
)
def test_from_and_to_leave_the_rest_alone(options: Options, translated: list[bool]) -> None:
    engine = scripted(lambda source: "The words." if "문장" in source else "우리말 문장.")
    found = run("These are the words of the day.\n\n이것은 오늘의 문장입니다.\n", engine, options)
    assert [translation.target is not None for translation in found] == translated


def test_a_third_language_never_reaches_the_engine() -> None:
    engine = scripted(korean)
    french, english = run(
        "Le modèle est nouveau et très rapide pour les utilisateurs.\n\nThe model is fast.\n",
        engine,
    )
    assert (french.origin, french.detection.code) == (Origin.PASSED_THROUGH, "fr")
    assert sources(engine) == ["The model is fast."]
    assert english.origin is Origin.ENGINE


def test_from_settles_what_detection_leaves_open() -> None:
    text = "Oslo.\n"
    assert run(text, scripted(korean))[0].origin is Origin.PASSED_THROUGH
    settled = run(text, scripted(korean), Options(source=Language.ENGLISH))
    assert settled[0].target == "번역문 Oslo."


def test_titles_of_papers_are_kept_unless_asked_for() -> None:
    text = (
        "### [The Title of a Paper](https://arxiv.org/abs/2401.00001)\n\nWe show that it works.\n"
    )
    engine = scripted(korean)
    title, _ = run(text, engine)
    assert title.origin is Origin.PASSED_THROUGH
    title, _ = run(text, engine, Options(translate_titles=True))
    assert title.target == "[번역문 The Title of a Paper](https://arxiv.org/abs/2401.00001)"


def test_names_alone_are_nothing_to_translate() -> None:
    engine = scripted(korean)
    text = "| Model | Remark |\n|---|---|\n| GPT-4 | The model is fast. |\n"
    assert "GPT-4" not in [t.segment.raw for t in run(text, engine) if t.target]
    assert "GPT-4" not in sources(engine)


def test_labels_have_fixed_translations_and_need_no_engine() -> None:
    engine = scripted(korean)
    label, _ = run("## Summary\n\nThe model is fast.\n", engine)
    assert (label.target, label.origin) == ("요약", Origin.GLOSSARY)
    assert sources(engine) == ["The model is fast."]
    label, _ = run("## Summary\n\nThe model is fast.\n", engine, Options(use_glossary=False))
    assert (label.target, label.origin) == ("번역문 Summary", Origin.ENGINE)


# -- how a segment is cut and joined --------------------------------------------------------------


def test_sentences_are_asked_one_by_one_and_each_only_once() -> None:
    engine = scripted(korean)
    run("It is fast. It is small.\n\nIt is small. It is fast.\n", engine)
    assert sorted(sources(engine)) == ["It is fast.", "It is small."]


def test_hard_wrapped_lines_are_joined_for_the_engine_and_wrapped_again() -> None:
    line = "The quick network reads a digest of papers every single morning and then"
    words = " ".join(
        f"{letter}말" for letter in "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허"
    )
    engine = scripted(lambda source: words)
    (found,) = run(f"{line}\nwrites it down again for the reader in the other language.\n", engine)
    assert sources(engine)[0].startswith(f"{line} writes")
    assert found.target is not None and "\n" in found.target
    assert " ".join(found.target.split()) == words


def test_what_is_too_long_for_the_model_is_cut_and_nothing_is_lost() -> None:
    engine = scripted(lambda source: f"번역 {source}", longest=40)
    words = [f"the word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    (found,) = run(" ".join(words) + ".\n", engine, Options(check=False))
    assert all(len(source) <= 40 for source in sources(engine)) and len(sources(engine)) > 3
    assert found.target is not None
    assert found.target.replace("번역 ", "") == " ".join(words) + "."


def test_a_label_in_bold_is_translated_by_itself() -> None:
    engine = scripted(korean, placeholders=False)
    (found,) = run("- **Main idea**: The model reads the digest.\n", engine)
    assert sorted(sources(engine)) == ["Main idea", "The model reads the digest."]
    assert found.target == "**번역문 Main idea**: 번역문 The model reads the digest."


# -- repair ---------------------------------------------------------------------------------------


def test_a_misspelt_name_is_masked_and_comes_back_as_it_was() -> None:
    engine = scripted(lambda source: korean(source.replace("LLaVA", "라바")))
    (found,) = run("We compare it with LLaVA-3D here.\n", engine)
    assert sources(engine) == ["We compare it with LLaVA-3D here.", "We compare it with ⟦1⟧ here."]
    assert found.target == "번역문 We compare it with LLaVA-3D here."
    assert found.flags == ()


def test_a_wrong_number_is_masked() -> None:
    engine = scripted(lambda source: korean(source.replace("63.5", "65.3")))
    (found,) = run("It reaches 63.5% of the best.\n", engine)
    assert found.target == "번역문 It reaches 63.5% of the best."
    assert found.flags == ()


def test_a_name_that_stays_wrong_is_flagged() -> None:
    engine = scripted(lambda source: korean(source.replace("LLaVA", "라바")), placeholders=False)
    (found,) = run("We compare it with LLaVA here.\n", engine)
    assert (found.flags, found.origin) == (("names",), Origin.ENGINE)


def test_a_loop_is_tried_again_in_halves() -> None:
    def script(source: str) -> str:
        return "그리고 또 " * 9 if "," in source.rstrip(",") else korean(source)

    engine = scripted(script)
    (found,) = run("It reads the digest in the morning, and it writes it at night.\n", engine)
    assert len(sources(engine)) == 4  # whole, whole with a longer search, and two halves
    assert found.flags == ()
    assert found.target == (
        "번역문 It reads the digest in the morning, 번역문 and it writes it at night."
    )


def test_a_loop_is_first_searched_for_longer() -> None:
    engine = scripted(lambda source: "그리고 또 " * 9)
    careful = scripted(korean)
    engine.careful = lambda: careful  # type: ignore[method-assign]
    (found,) = run("It reads the digest in the morning, and it writes it at night.\n", engine)
    assert (engine.calls, careful.calls) == (1, 1)
    assert found.target == "번역문 It reads the digest in the morning, and it writes it at night."


def test_the_source_is_kept_and_flagged_if_nothing_but_loops_comes_back() -> None:
    engine = scripted(lambda source: "그리고 또 " * 9)
    (found,) = run("It reads the digest in the morning.\n", engine)
    assert (found.origin, found.target) == (Origin.SOURCE, None)
    assert "loop" in found.flags


def test_a_lost_placeholder_leads_to_another_way() -> None:
    def script(source: str) -> str:
        return korean(source.replace("⟦1⟧", ""))

    engine = scripted(script)
    (found,) = run("Set `top_p` to a low value if the model is slow.\n", engine)
    assert sources(engine)[0] == "Set ⟦1⟧ to a low value if the model is slow."
    assert found.target is not None and found.target.count("`top_p`") == 1


def test_a_model_without_placeholders_never_sees_one() -> None:
    engine = scripted(korean, placeholders=False)
    (found,) = run("Set `top_p` and **read** the [guide](https://a.b/c) now.\n", engine)
    assert not any("⟦" in source for source in sources(engine))
    assert found.target == "번역문 Set `top_p` and **read** the [guide](https://a.b/c) now."


# -- JSON Lines -----------------------------------------------------------------------------------


def test_a_field_translated_by_an_earlier_run_is_left_alone() -> None:
    engine = scripted(korean)
    text = (
        '{"summary": "The model is fast.", "summary_ko": "빠르다."}\n{"summary": "It is small."}\n'
    )
    document = read_jsonl(text, "papers.jsonl", ["summary"])
    first, second = Translator(lambda direction: engine, Options()).translate(document)
    assert (first.origin, second.origin) == (Origin.PASSED_THROUGH, Origin.ENGINE)
    assert (first.line, second.line) == (1, 2)
    assert sources(engine) == ["It is small."]


def test_progress_counts_every_segment_once() -> None:
    counts: list[int] = []
    text = "\n\n".join(f"The model number {n} is fast and it is small." for n in range(300))
    translator = Translator(lambda direction: scripted(korean), Options())
    found = translator.translate(read_markdown(text), counts.append)
    assert sum(counts) == len(found) == 300
    assert len(counts) > 2  # more than one window: a run killed half way has something to resume


@pytest.mark.parametrize(
    ("source", "answer", "expected"),
    [
        ("Run `GPU` now.", "지금 ⟦1⟧을 실행하세요.", "지금 `GPU`를 실행하세요."),
        ("See [it](https://e.org/a).", "⟦1⟧논문⟦2⟧를 보세요.", "[논문](https://e.org/a)을 보세요."),
        ("The **model** wins.", "⟦1⟧모델⟦2⟧으로 이깁니다.", "**모델**로 이깁니다."),
        ("Use `x` of it.", "그 ⟦1⟧의 것.", "그 `x`의 것."),
        ("The **latter** wins.", "논문은 ⟦1⟧이⟦2⟧ 좋습니다.", "논문은 **이** 좋습니다."),
    ],
)
def test_particles_fit_what_a_placeholder_stood_for(
    source: str, answer: str, expected: str
) -> None:
    (done,) = run(source, scripted(lambda _: answer), Options(source=Language.ENGLISH))
    assert done.target == expected


@pytest.mark.parametrize(
    ("on_fail", "target", "origin"),
    [
        (OnFail.TRANSLATE, "이용자가 13명입니다.", Origin.ENGINE),
        (OnFail.MARK, "이용자가 13명입니다. ⚠", Origin.ENGINE),
        (OnFail.KEEP_SOURCE, None, Origin.SOURCE),
    ],
)
def test_what_becomes_of_a_translation_that_fails(
    on_fail: OnFail, target: str | None, origin: Origin
) -> None:
    engine = scripted(lambda source: "이용자가 13명입니다." if "12" in source else "좋습니다.")
    engine.placeholders = False
    bad, good = run(
        "There are 12 users of it.\n\nThat is very good.\n", engine, Options(on_fail=on_fail)
    )
    assert (bad.target, bad.origin) == (target, origin)
    assert bad.flags == ("numbers", "added numbers")
    assert (good.target, good.origin, good.flags) == ("좋습니다.", Origin.ENGINE, ())


class BeamEngine(FakeEngine):
    """An engine that gives a whole beam for every sentence."""

    def __init__(self, *beam: str) -> None:
        super().__init__()
        self.beam = beam

    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        super().translate(sources, direction)
        return [Hypothesis.best_of(self.beam) for _ in sources]


def test_another_of_the_beam_is_taken_if_the_best_fails_a_check() -> None:
    engine = BeamEngine("이용자가 13명입니다.", "이용자가 12명 있습니다.", "이용자 12명.")
    (done,) = run("There are 12 users of it.", engine)
    assert (done.target, done.flags, done.ways) == ("이용자가 12명 있습니다.", (), ("beam",))
    assert engine.calls == 1


def test_another_of_the_beam_may_have_kept_the_link() -> None:
    engine = BeamEngine("논문을 보세요.", "⟦1⟧논문⟦2⟧을 보세요.")
    (done,) = run("You should read [the paper](https://e.org/a) now.", engine)
    assert done.target == "[논문](https://e.org/a)을 보세요."
    assert engine.calls == 1


def test_of_a_beam_that_fails_the_least_bad_is_taken() -> None:
    engine = BeamEngine("LLaVA 13명.", "라바 13명.", "LLaVA 이용자.")
    engine.placeholders = False
    (done,) = run("There are 12 users of LLaVA.", engine)
    assert (done.target, done.flags) == ("LLaVA 이용자.", ("numbers",))


def test_a_sentence_that_markup_spans_two_of_is_translated_by_any_model() -> None:
    engine = scripted(korean, placeholders=False)
    (done,) = run("We say *that it is good. It is bad* and so it goes.", engine)
    assert done.target is not None and done.target.count("*") == 2


def test_another_model_is_asked_for_what_the_first_one_fails_on() -> None:
    engine = scripted(lambda source: "이용자가 13명입니다." if "12" in source else "좋습니다.")
    engine.placeholders = False
    other = scripted(lambda source: "it 이용자가 12명 있습니다.", placeholders=False)
    text = "There are 12 users of *it* here.\n\nThat is very good.\n"
    translator = Translator(lambda _: engine, Options(), lambda _: other)
    bad, good = translator.translate(read_markdown(text))
    assert sources(other)[0] == "There are 12 users of it here."
    assert "12명" in str(bad.target) and bad.flags == ()
    assert good.target == "좋습니다."


def test_the_better_of_two_models_that_fail_is_taken() -> None:
    engine = scripted(lambda source: "LLaVA 이용자가 13명입니다.", placeholders=False)
    other = scripted(lambda source: "라바 이용자가 12명입니다.", placeholders=False)
    translator = Translator(lambda _: engine, Options(), lambda _: other)
    (found,) = translator.translate(read_markdown("There are 12 users of LLaVA here."))
    assert (found.target, found.flags) == ("라바 이용자가 12명입니다.", ("names",))


def test_a_repair_that_loses_a_span_is_followed_by_the_next() -> None:
    def script(source: str) -> str:
        if "⟦2⟧" in source:  # two numbers behind placeholders: one of them gets lost
            return "⟦1⟧는 좋습니다."
        if "," in source.rstrip(","):
            return "이 신경망은 좋고 저 신경망은 더 좋습니다."
        return korean(source)

    engine = scripted(script)
    (found,) = run("The first network has 31 parts, and the second one has 47.\n", engine)
    assert found.flags == ()
    assert sources(engine)[-2:] == [
        "The first network has ⟦1⟧ parts,",
        "and the second one has ⟦1⟧.",
    ]


class AligningEngine(FakeEngine):
    """An engine whose attention lies on the words that stand in the same place."""

    def align(self, source: str, target: str, direction: Direction) -> Alignment:
        ours, theirs = (
            [match.span() for match in re.finditer(r"\S+", text)] for text in (source, target)
        )
        attention = [[float(i == j) for i in range(len(ours))] for j in range(len(theirs))]
        return Alignment(target, ours, theirs, attention)


def aligning(answer: str, **options: Any) -> AligningEngine:
    return AligningEngine(lambda source, direction: answer, **options)


def test_a_misspelt_name_is_put_right_where_it_stands() -> None:
    engine = aligning("여기 라바Next를 이제 씁니다.")
    (done,) = run("Here LLaVA-NEXT is what we use now.", engine)
    assert (done.target, done.ways, done.flags) == (
        "여기 LLaVA-NEXT를 이제 씁니다.",
        ("respelt",),
        (),
    )
    assert engine.calls == 1


def test_a_particle_fits_the_name_put_right() -> None:
    (done,) = run("Here GPT is what we use now.", aligning("여기 GTP를 이제 쓴다."))
    assert done.target == "여기 GPT를 이제 쓴다."
    (done,) = run("Here LLM is what we use now.", aligning("여기 LM를 이제 쓴다."))
    assert done.target == "여기 LLM을 이제 쓴다."


@pytest.mark.parametrize("answer", ["여기 라바를 씁니다.", "여기 BERT를 씁니다."])
def test_what_may_be_another_word_is_not_respelt(answer: str) -> None:
    (done,) = run("Here LLaVA beats BERT.", aligning(answer, placeholders=False))
    assert "respelt" not in done.ways


def test_markup_is_placed_by_attention_where_no_placeholder_can() -> None:
    engine = aligning("여기 논문을 이제 보세요.", placeholders=False)
    (done,) = run("Here [the-paper](u) is what we use now.", engine)
    assert (done.target, done.ways) == ("여기 [논문](u)을 이제 보세요.", ("aligned",))


def test_of_equal_hypotheses_the_formal_one_is_taken() -> None:
    engine = BeamEngine("그것은 아주 좋다.", "그것은 매우 좋습니다.")
    (done,) = run("That is very good.", engine)
    assert (done.target, done.flags) == ("그것은 매우 좋습니다.", ())
    (done,) = run("That is very good.", BeamEngine("그것은 아주 좋다."))
    assert (done.target, done.flags, engine.calls) == ("그것은 아주 좋다.", (), 1)
