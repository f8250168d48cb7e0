"""Both engines run the real architectures, and search alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import checkpoints
import pytest

from digestlang.engines.base import DecodingOptions, IdentityEngine, batches_by_length
from digestlang.errors import ModelError, UnsupportedLanguageError
from digestlang.languages import Direction
from digestlang.models import Family, Model, default_model, read_model

pytestmark = pytest.mark.model

KO_EN, EN_KO = Direction.parse("ko-en"), Direction.parse("en-ko")
GREEDY = DecodingOptions(beam_size=1, threads=1)
SENTENCES = {
    EN_KO: [sentence for sentence in checkpoints.SENTENCES if sentence.isascii()],
    KO_EN: [sentence for sentence in checkpoints.SENTENCES if not sentence.isascii()],
}
SPECIAL = {"<pad>", "<s>", "</s>"}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Model]:
    """Tiny checkpoints of every family, without manifests, as a user would bring them."""
    import torch

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("checkpoints")
    made = {
        "one-direction": checkpoints.marian(folder / "one-direction"),
        "multi-target": checkpoints.marian(
            folder / "multi-target", tokens=(">>ko<<", ">>en<<"), source="mul"
        ),
        "nllb": checkpoints.many_to_many(folder / "nllb", nllb=True),
        "m2m100": checkpoints.many_to_many(folder / "m2m100", nllb=False),
    }
    return {name: read_model(path) for name, path in made.items()}


CASES = [
    ("one-direction", KO_EN),
    ("multi-target", KO_EN),
    ("multi-target", EN_KO),
    ("nllb", KO_EN),
    ("nllb", EN_KO),
    ("m2m100", KO_EN),
    ("m2m100", EN_KO),
]


@pytest.mark.parametrize(("name", "direction"), CASES)
def test_both_engines_give_the_same_tokens_for_the_same_greedy_search(
    models: dict[str, Model], name: str, direction: Direction
) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine
    from digestlang.engines.transformers import TransformersEngine

    fast = CTranslate2Engine(models[name], GREEDY, quantization="float32")
    reference = TransformersEngine(models[name], GREEDY)
    encoded = [reference.encode(sentence, direction) for sentence in SENTENCES[direction]]
    pieces = [fast.encode(sentence, direction) for sentence in SENTENCES[direction]]
    assert [reference.tokens(ids) for ids in encoded] == pieces

    outputs = [beam[0] for beam in fast.translate_tokens(pieces, direction)]
    expected = [reference.tokens(ids) for (ids,) in reference.translate_tokens(encoded, direction)]
    assert outputs == [[token for token in tokens if token not in SPECIAL] for tokens in expected]
    assert len({tuple(tokens) for tokens in outputs}) > 1, "the source makes no difference"


@pytest.mark.parametrize(("name", "direction"), CASES)
def test_translations_are_text_without_special_tokens(
    models: dict[str, Model], name: str, direction: Direction
) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    engine = CTranslate2Engine(models[name], DecodingOptions(beam_size=3, threads=2))
    for hypothesis in engine.translate(SENTENCES[direction], direction):
        assert not any(token in hypothesis.text for token in (*SPECIAL, "__en__", "kor_Hang"))


def test_checkpoints_without_a_manifest_are_described_by_their_configuration(
    models: dict[str, Model],
) -> None:
    assert {name: model.family for name, model in models.items()} == {
        "one-direction": Family.MARIAN,
        "multi-target": Family.MARIAN,
        "nllb": Family.NLLB,
        "m2m100": Family.M2M_100,
    }
    assert models["one-direction"].directions == {KO_EN}
    assert all(models[name].directions == {KO_EN, EN_KO} for name in ("multi-target", "nllb"))


def test_a_direction_the_model_cannot_do_is_refused_with_those_it_can(
    models: dict[str, Model],
) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    engine = CTranslate2Engine(models["one-direction"], GREEDY)
    with pytest.raises(UnsupportedLanguageError, match="does not translate en-ko; it does ko-en"):
        engine.translate(["Hello."], EN_KO)


def test_a_translation_does_not_depend_on_what_is_translated_beside_it() -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    sentences = [
        f"{sentence} {tail}" for sentence in SENTENCES[EN_KO] for tail in ("", "It works.")
    ]
    together = CTranslate2Engine(default_model(EN_KO), DecodingOptions(threads=2))
    alone = CTranslate2Engine(default_model(EN_KO), DecodingOptions(threads=1))
    expected = [alone.translate([sentence], EN_KO)[0] for sentence in sentences]
    assert together.translate(sentences, EN_KO) == expected


def test_the_network_never_runs_out_of_positions(models: dict[str, Model]) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    engine = CTranslate2Engine(models["multi-target"], GREEDY)
    long = " ".join(SENTENCES[EN_KO])
    assert not engine.fits(long, EN_KO)
    assert engine.translate([long[:150]], EN_KO)  # random weights never end by themselves


def test_two_processes_that_convert_at_once_leave_one_whole_copy(
    models: dict[str, Model], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGESTLANG_CACHE", str(tmp_path))
    script = (
        "import sys; from pathlib import Path\n"
        "from digestlang.engines.ctranslate2 import converted\n"
        "from digestlang.models import read_model\n"
        "print(converted(read_model(Path(sys.argv[1])), 'int8_float32'))"
    )
    command = [sys.executable, "-c", script, str(models["multi-target"].path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = {process.communicate()[0].strip() for process in running}
    assert [process.returncode for process in running] == [0, 0]
    (copy,) = printed
    assert (Path(copy) / "model.bin").is_file()
    assert [p.name for p in Path(copy).parent.iterdir() if p.is_dir()] == [Path(copy).name]


def test_a_damaged_converted_copy_is_named_with_the_remedy(
    models: dict[str, Model], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine, converted

    monkeypatch.setenv("DIGESTLANG_CACHE", str(tmp_path))
    copy = converted(models["multi-target"], "int8_float32")
    (copy / "model.bin").write_bytes(b"not a model")
    with pytest.raises(ModelError, match=f"{copy.name}.*delete that folder"):
        CTranslate2Engine(models["multi-target"], GREEDY).translate(["Hello."], EN_KO)


def test_a_checkpoint_that_cannot_be_converted_says_so(
    models: dict[str, Model], tmp_path: Path
) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    broken = checkpoints.marian(tmp_path / "broken", tokens=(">>ko<<", ">>en<<"))
    (broken / "model.safetensors").write_bytes(b"\0" * 64)
    with pytest.raises(ModelError, match="broken cannot be converted to CTranslate2"):
        CTranslate2Engine(read_model(broken), GREEDY).translate(["Hello."], EN_KO)


def test_batches_hold_every_sentence_once_and_only_like_lengths() -> None:
    lengths = [3, 40, 17, 16, 15, 90, 1, 33, 32] * 30
    batches = list(batches_by_length(lengths, max_positions=128))
    assert sorted(index for batch, _ in batches for index in batch) == list(range(len(lengths)))
    for batch, limit in batches:
        assert max(lengths[i] for i in batch) - min(lengths[i] for i in batch) < 16
        assert limit <= 126


def test_identity_returns_its_input() -> None:
    assert [h.text for h in IdentityEngine().translate(["가", "b"], EN_KO)] == ["가", "b"]


def test_a_careful_search_repeats_no_four_tokens(models: dict[str, Model]) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    name, direction = CASES[0]
    usual = CTranslate2Engine(models[name], GREEDY)
    careful = usual.careful()
    assert careful.key != usual.key and "no_repeat_ngram_size=4" in careful.key
    inputs = [usual.encode(sentence, direction) for sentence in SENTENCES[direction]]
    for tokens in (beam[0] for beam in careful.translate_tokens(inputs, direction)):
        runs = [tuple(tokens[i : i + 4]) for i in range(len(tokens) - 3)]
        assert len(set(runs)) == len(runs)
    assert usual.translate_tokens(inputs, direction)  # it works on beside its twin


def test_transformers_search_carefully_too(models: dict[str, Model]) -> None:
    from digestlang.engines.transformers import TransformersEngine

    name, direction = CASES[0]
    careful = TransformersEngine(models[name], GREEDY).careful()
    beams = careful.translate_tokens(
        [careful.encode(SENTENCES[direction][0], direction)], direction
    )
    assert len(beams[0]) == 2  # twice the beam of one
    runs = [tuple(beams[0][0][i : i + 4]) for i in range(len(beams[0][0]) - 3)]
    assert len(set(runs)) == len(runs)


@pytest.mark.parametrize(("name", "direction"), CASES)
def test_both_engines_pay_the_same_attention(
    models: dict[str, Model], name: str, direction: Direction
) -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine
    from digestlang.engines.transformers import TransformersEngine

    source, target = SENTENCES[direction][0], SENTENCES[Direction.into(direction.source)][1]
    ours = CTranslate2Engine(models[name], GREEDY, quantization="float32")
    aligned = ours.align(source, target, direction)
    reference = TransformersEngine(models[name], GREEDY).align(source, target, direction)
    assert (aligned.source, aligned.target) == (reference.source, reference.target)
    assert {source[start:end] for start, end in aligned.source} > {""}
    for row, other in zip(aligned.attention, reference.attention, strict=True):
        assert row == pytest.approx(other, abs=0.01)
        assert sum(row) == pytest.approx(1, abs=0.03)


def test_the_embedded_model_knows_which_words_stand_for_which() -> None:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    engine = CTranslate2Engine(default_model(EN_KO), DecodingOptions())
    source = "We propose a lightweight adapter that doubles the throughput of language models."
    target = "언어 모델의 처리량을 두 배로 늘리는 경량 어댑터를 제안합니다."
    aligned = engine.align(source, target, EN_KO)
    for words, meant in (
        ("lightweight adapter", "경량"),
        ("throughput", "처리량"),
        ("models", "모델"),
    ):
        start = source.index(words)
        found = aligned.project(start, start + len(words))
        assert found is not None and meant in target[slice(*found)]
    assert engine.align(source, "", EN_KO).project(0, 5) is None
