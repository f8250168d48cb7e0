"""JSON Lines: the chosen members of every record, the rest of it untouched."""

from __future__ import annotations

import json

import pytest
from fakes import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from digestlang.digest import read_jsonl
from digestlang.digest.layouts import render
from digestlang.errors import InputError, UsageError
from digestlang.pipeline import Options, Translator


def translated(text: str, *fields: str) -> str:
    document = read_jsonl(text, "x.jsonl", fields)
    engine = FakeEngine(lambda source, direction: "번역문")
    options = Options(check=False, use_glossary=False)
    found = Translator(lambda direction: engine, options).translate(document)
    return render(document, [one.placed for one in found if one.placed], "target")


def test_a_translation_is_added_before_the_closing_brace() -> None:
    line = '{ "id":1.50, "summary" : "The words of it." , "n": {"a": "\\u00e9"} }'
    assert translated(line + "\n", "summary") == line[:-1] + ', "summary_ko": "번역문"}\n'


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(mark: str, end: str) -> None:
    text = f'{mark}{{"summary": "The words of it."}}{end}'
    out = translated(text, "summary")
    assert out == text.replace("}", ', "summary_ko": "번역문"}')


@pytest.mark.parametrize(
    "record",
    [
        {"summary": 3},
        {"summary": None},
        {"summary": ["The words of it"]},
        {"summary": ""},
        {"other": "The words of it"},
        {},
        {"summary": "The words of it.", "summary_ko": "이미 번역됨"},
        {"summary": "\ud800 The words"},
    ],
)
def test_a_record_without_a_text_to_translate_is_left_alone(record: dict[str, object]) -> None:
    text = json.dumps({"summary": "https://a.b"}) + "\n" + json.dumps(record) + "\n"
    assert translated(text, "summary") == text


def test_blank_lines_stay() -> None:
    text = '\n{"summary": "The words of it."}\n\n  \n'
    assert translated(text, "summary").count("\n") == text.count("\n")


def test_a_brace_inside_a_string_is_not_the_end() -> None:
    out = translated('{"summary": "The words of {it} }"}\n', "summary")
    assert json.loads(out)["summary_ko"]


def test_fields_are_named_by_the_language_they_are_in() -> None:
    out = json.loads(translated('{"a": "The words of it.", "b": "우리의 문장입니다."}', "a", "b"))
    assert set(out) == {"a", "b", "a_ko", "b_en"}


@pytest.mark.parametrize(
    ("text", "where"),
    [("{}\n[1]\n", ":2:"), ('{"a": 1}\n{"a"\n', ":2:"), ('"words"\n', ":1:"), ("{} {}\n", ":1:")],
)
def test_a_line_that_is_no_object_is_named(text: str, where: str) -> None:
    with pytest.raises(InputError, match=where):
        read_jsonl(text, "x.jsonl", ["a"])


def test_no_field_chosen_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--field"):
        read_jsonl('{"a": "b"}', "x.jsonl", [])


def test_a_field_that_no_record_has_is_a_usage_error_that_names_those_there() -> None:
    with pytest.raises(UsageError, match="fields seen: body, title"):
        read_jsonl('{"title": "x", "body": "y"}', "x.jsonl", ["summary"])


@given(st.lists(st.dictionaries(st.sampled_from("abc"), texts, max_size=3)))
def test_every_member_keeps_its_value(records: list[dict[str, str]]) -> None:
    text = "".join(json.dumps(record) + "\n" for record in records)
    if not any("a" in record for record in records):
        return
    for record, line in zip(records, translated(text, "a").splitlines(), strict=True):
        assert {key: json.loads(line)[key] for key in record} == record
