"""Terms are found as words, in either language, and put in already translated."""

from __future__ import annotations

from pathlib import Path

import pytest

from digestlang.digest.document import plain
from digestlang.errors import InputError
from digestlang.languages import DIRECTIONS, Direction
from digestlang.terms import Glossary, Term, project_glossary, read_glossary

EN_KO, KO_EN = Direction.parse("en-ko"), Direction.parse("ko-en")


def glossary(tmp_path: Path, content: str, name: str = "g.csv") -> Glossary:
    path = tmp_path / name
    path.write_bytes(content.encode())
    return Glossary(read_glossary(path))


def found(terms: Glossary, text: str, direction: Direction = EN_KO) -> list[tuple[str, str]]:
    return [(text[a:b], term.target) for a, b, term in terms.find(text, direction)]


BASIC = """source,target
fine-tuning|finetuning,미세 조정|파인튜닝
model,모델
language model,언어 모델
"""
LM, FT = ("언어 모델", "language model"), ("미세 조정", "fine-tuning")


@pytest.mark.parametrize(
    ("text", "direction", "expected"),
    [
        ("A Language Model is a model.", EN_KO, [("Language Model", LM[0]), ("model", "모델")]),
        ("Two language models.", EN_KO, [("language models", "언어 모델")]),
        ("Finetuning works.", EN_KO, [("Finetuning", "미세 조정")]),
        ("modeling, remodel, model-based, T5model", EN_KO, []),
        ("언어 모델을 미세 조정합니다.", KO_EN, [LM, FT]),
        ("모델링과 대언어 모델", KO_EN, [("모델", "model")]),
        ("파인튜닝한 모델", KO_EN, [("파인튜닝", "fine-tuning"), ("모델", "model")]),
    ],
)  # fmt: skip
def test_terms_are_whole_words(
    tmp_path: Path, text: str, direction: Direction, expected: list[tuple[str, str]]
) -> None:
    assert found(glossary(tmp_path, BASIC), text, direction) == expected


def test_columns_in_any_order_and_both_separators(tmp_path: Path) -> None:
    for name, content in {
        "a.tsv": "\ufeffnote\ttarget\tsource\r\nx\t모델\tmodel\r\n\r\n",
        "b.csv": 'Target,Source\n"모델",model\n',
        "c.csv": "source,target\n모델,model\n",
    }.items():
        assert found(glossary(tmp_path, content, name), "a model") == [("model", "모델")], name


def test_a_direction_and_case_can_be_asked_for(tmp_path: Path) -> None:
    terms = glossary(
        tmp_path, "source,target,direction,case\nApple,애플,en-ko,sensitive\n사과,apple,ko-en,\n"
    )
    assert found(terms, "Apple and apple") == [("Apple", "애플")]
    assert found(terms, "애플", KO_EN) == []
    assert found(terms, "사과", KO_EN) == [("사과", "apple")]


def test_what_is_not_to_be_translated(tmp_path: Path) -> None:
    terms = glossary(tmp_path, "source,target\nMeta,\nOpen Source,Open Source\n")
    assert found(terms, "Meta likes Open Source, not meta open source.") == [
        ("Meta", "Meta"),
        ("Open Source", "Open Source"),
    ]
    assert found(terms, "Meta는 좋다", KO_EN) == [("Meta", "Meta")]


def test_accepted_spellings_count_and_spaces_do_not(tmp_path: Path) -> None:
    terms = glossary(tmp_path, BASIC)
    source = "Fine-tuning a language model"
    assert terms.missing(source, "언어모델의 파인튜닝", EN_KO) == []
    (missing,) = terms.missing(source, "언어 모델 조정", EN_KO)
    assert missing.target == "미세 조정"


def test_masking_puts_the_translation_in(tmp_path: Path) -> None:
    terms = glossary(tmp_path, BASIC)
    text = "Fine-tuning a model is fine-tuning."
    missing = [term.target for term in terms.missing(text, "모델", EN_KO)]
    masked = terms.mask([plain(text)], missing, EN_KO)
    assert [inline.text for inline in masked] == ["미세 조정", " a model is ", "미세 조정", "."]
    assert terms.mask([plain("nothing")], missing, EN_KO) == [plain("nothing")]


def test_a_word_for_two_terms_may_become_either() -> None:
    own = Glossary(project_glossary())
    assert own.missing("추론을 하는 것", "the inference process", KO_EN) == []
    assert own.missing("추론을 하는 것", "the reasoning process", KO_EN) == []
    assert own.missing("추론을 하는 것", "the process", KO_EN) != []


def test_an_earlier_term_counts() -> None:
    first = Term(("model",), ("모형",), EN_KO)
    assert found(Glossary([first, *project_glossary()]), "model") == [("model", "모형")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n", r"g\.csv:1: the first line names the columns"),
        ("source,target,colour\n", "here it has colour, source, target"),
        ("source,target\n,모델\n", r"g\.csv:2: no source"),
        ("source,target,direction\nmodel,모델,en-fr\n", r"g\.csv:2: language 'fr'"),
        ("source,target,case\nmodel,모델,upper\n", r"g\.csv:2: case is 'upper'"),
        ("", "the file is empty"),
    ],
)
def test_what_is_no_glossary(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        glossary(tmp_path, content)
    with pytest.raises(InputError, match="cannot be read"):
        read_glossary(tmp_path / "nosuch.csv")


def test_the_projects_own_glossary_is_large_and_consistent() -> None:
    terms = project_glossary()
    english = [term for term in terms if term.direction == EN_KO]
    assert len(english) >= 300 and not any(term.wanted for term in terms)
    spellings = [source for term in english for source in term.sources]
    assert len(set(spellings)) == len(spellings)
    own = Glossary(terms)
    for term in english:
        (only,) = own.find(f"the {term.sources[0]} of it", EN_KO)
        assert only[2] == term
    assert {term.direction for term in terms} == set(DIRECTIONS)
