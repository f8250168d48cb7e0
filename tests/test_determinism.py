"""The same input, model and options give the same bytes, however the work is shared out."""

from __future__ import annotations

import pytest
from conftest import CommandLine

from digestlang.engines import DecodingOptions, load_engine
from digestlang.evaluation import load_set
from digestlang.languages import DIRECTIONS, Direction
from digestlang.models import default_model

pytestmark = pytest.mark.model


def sentences(direction: Direction, count: int) -> list[str]:
    return [pair.source(direction) for pair in load_set("sentences").pairs[::9]][:count]


@pytest.mark.parametrize("direction", DIRECTIONS, ids=str)
def test_threads_and_batches_make_no_difference(direction: Direction) -> None:
    model = default_model(direction)
    texts = sentences(direction, 40)
    one, two = (
        load_engine("ctranslate2", model, DecodingOptions(threads=threads)) for threads in (1, 2)
    )
    expected = [found.text for found in one.translate(texts, direction)]
    assert [found.text for found in two.translate(texts, direction)] == expected
    assert [found.text for found in one.translate(texts[::-1], direction)] == expected[::-1]
    assert [one.translate([text], direction)[0].text for text in texts] == expected


def test_a_digest_comes_out_the_same_with_any_number_of_threads(
    digestlang: CommandLine, sample_ko: object
) -> None:
    arguments = ["translate", str(sample_ko), "--no-memory", "--quiet", "--threads"]
    first, second = (digestlang(*arguments, str(threads)) for threads in (1, 3))
    assert first.code == second.code == 0
    assert first.stdout == second.stdout
