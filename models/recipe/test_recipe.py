"""The recipe end to end on a toy corpus, and its parts one by one. Run: pytest models/recipe"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("ctranslate2")

from digestlang.models import read_model, verify  # noqa: E402

from . import augment, average, evaluate, export, prepare, train, vocabulary  # noqa: E402
from .batches import Examples, next_stream  # noqa: E402
from .config import Stream, load_config  # noqa: E402
from .corpus import Pair, plausible  # noqa: E402
from .loss import projected_cross_entropy  # noqa: E402
from .model import anchors  # noqa: E402
from .muon import Muon, orthogonalize  # noqa: E402
from .tokenizer import Tokenizer  # noqa: E402

RECIPE = Path(__file__).parent
NOUNS = {
    "model": "모델",
    "method": "방법",
    "dataset": "데이터셋",
    "result": "결과",
    "paper": "논문",
}
VERBS = {"improves": "개선합니다", "uses": "사용합니다", "proposes": "제안합니다"}
TOY = """
name = "toy"
seed = 1
targets = ["ko", "en"]
vocabulary_size = 320
minimum_score = -3.0
longest = 100
[[stream]]
name = "digest"
passes = 4
share = [1.0, 1.0]
[[source]]
match = "written-*"
weight = 0
stream = "digest"
[[source]]
match = "*"
weight = 1.0
stream = "digest"
[augment]
placeholders = 0.3
join = 0.2
label = 0.1
[shape]
d_model = 32
feed_forward = 64
heads = 2
encoder_layers = 1
decoder_layers = 1
[training]
batch_tokens = 512
muon_lr = 0.01
adamw_lr = 0.01
warmup_steps = 2
guidance = 0.1
max_tokens = 30_000
log_steps = 5
dev_lines = 4
[manifest]
directions = ["en-ko", "ko-en"]
default_for = []
target_tokens = { ko = ">>ko<<", en = ">>en<<" }
max_source_tokens = 100
placeholders = true
licence = "none"
description = "a toy"
"""


def toy_pairs() -> list[tuple[str, str]]:
    return [
        (f"The {a} Foo{number} {verb} the {b}.", f"{a_ko} Foo{number}는 {b_ko}를 {verb_ko}.")
        for number in range(3)
        for a, a_ko in NOUNS.items()
        for b, b_ko in NOUNS.items()
        for verb, verb_ko in VERBS.items()
    ]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory where the toy configuration has been prepared and trained."""
    root = tmp_path_factory.mktemp("recipe")
    data = root / "data"
    (data / "corpus").mkdir(parents=True)
    (data / "eval").mkdir()
    rows = [f"p00x0000.{i}\t{en}\t{ko}" for i, (en, ko) in enumerate(toy_pairs())]
    (data / "corpus" / "digest.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for name in ("digest-dev", "flores200-dev"):
        (data / "eval" / f"{name}.en").write_text("Foo9 uses a 25% sample.\n" * 4, "utf-8")
        (data / "eval" / f"{name}.ko").write_text("Foo9는 25% 표본을 사용합니다.\n" * 4, "utf-8")
    config = root / "toy.toml"
    config.write_text(TOY, encoding="utf-8")
    for module in (vocabulary, prepare, train):
        run(module, str(config), "--data", str(data), "--work", str(root))
    return root


def run(module: object, *arguments: str) -> None:
    """Call a script's main with arguments."""
    before, sys.argv = sys.argv, ["recipe", *arguments]
    try:
        module.main()  # type: ignore[attr-defined]
    finally:
        sys.argv = before


def log_of(work: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (work / "log.jsonl").read_text("utf-8").splitlines()]


def test_loss_falls(work: Path) -> None:
    losses = [entry["loss"] for entry in log_of(work) if "loss" in entry]
    assert losses[-1] < losses[0] - 0.5


def test_learning_rate_ends_at_zero(work: Path) -> None:
    factors = [entry["lr_factor"] for entry in log_of(work) if "lr_factor" in entry]
    assert factors[0] == 1.0
    assert factors[-1] < 0.2


def test_finished_run_does_not_start_again(work: Path) -> None:
    before = log_of(work)[-1]["step"]
    run(train, str(work / "toy.toml"), "--data", str(work / "data"), "--work", str(work))
    assert log_of(work)[-1]["step"] == before


def test_export_loads_in_both_engines(work: Path) -> None:
    from transformers import MarianMTModel, MarianTokenizer

    run(average, str(work / "checkpoints"), "--last", "2", "--output", str(work / "average.pt"))
    folder = work / "export"
    words = ["--vocabulary", str(work / "vocabulary"), "--config", str(work / "toy.toml")]
    run(export, str(work / "average.pt"), str(folder), *words)
    installed = read_model(folder)
    verify(installed)
    assert sorted(map(str, installed.directions)) == ["en-ko", "ko-en"]
    model = MarianMTModel.from_pretrained(folder)
    assert model.dtype == torch.bfloat16
    export.convert(folder, work / "ct2")
    assert len(evaluate.Engine(work / "ct2", folder).translate(["Foo1 uses data."] * 2, "ko")) == 2
    text = ">>ko<< We use ⟦1⟧ and `x` for 12.5%."
    with pytest.warns(UserWarning, match="sacremoses"):
        tokenizer = MarianTokenizer.from_pretrained(folder)
    assert tokenizer(text).input_ids == Tokenizer(folder)(text)


def test_report_has_every_figure(work: Path) -> None:
    class Identity:
        def translate(self, sources: Sequence[str], target: str) -> list[str]:
            return list(sources)

    report = evaluate.evaluate(Identity(), work / "data", ["ko"], flores_lines=2)
    figures = report["en-ko"]
    assert figures["placeholders"]["kept exactly once, percent"] == 100
    assert figures["digest-dev"]["numbers kept"] == {"of": 4, "percent": 100, "lost": []}
    assert figures["digest-dev"].keys() >= {"BLEU", "chrF++"}


@pytest.mark.parametrize("name", sorted(path.name for path in RECIPE.glob("*.toml")))
def test_configurations_load(name: str) -> None:
    config = load_config(RECIPE / name)
    names = {stream.name for stream in config.streams}
    assert {source.stream for source in config.sources} <= names


def test_fused_cross_entropy_equals_torch() -> None:
    torch.manual_seed(0)
    hidden = torch.randn(70, 16, requires_grad=True)
    weight = (0.3 * torch.randn(50, 16)).requires_grad_()
    labels = torch.randint(50, (70,))
    fused, plain = projected_cross_entropy(hidden, weight, labels, 0.1, rows=32)
    gradients = torch.autograd.grad(fused, (hidden, weight))
    expected = torch.nn.functional.cross_entropy(
        hidden @ weight.T, labels, label_smoothing=0.1, reduction="sum"
    )
    for got, want in zip(gradients, torch.autograd.grad(expected, (hidden, weight)), strict=True):
        assert (got - want).norm() < 0.01 * want.norm()
    assert fused.item() == pytest.approx(expected.item(), rel=0.01)
    unsmoothed = torch.nn.functional.cross_entropy(hidden @ weight.T, labels, reduction="sum")
    assert plain.item() == pytest.approx(unsmoothed.item(), rel=0.01)


@pytest.mark.parametrize("shape", [(8, 24), (24, 8), (3, 16, 16)])
def test_orthogonalize(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalize(torch.randn(shape)).float())
    assert values.min() > 0.4
    assert values.max() < 1.4


def test_muon_descends() -> None:
    torch.manual_seed(0)
    matrix = torch.nn.Parameter(torch.randn(8, 8))
    optimizer = Muon([matrix], lr=0.1)
    before = matrix.norm().item()
    for _ in range(40):
        (matrix.square().sum() / 2).backward()
        optimizer.step()
        optimizer.zero_grad()
    assert matrix.norm().item() < before / 2


def test_anchors_find_what_is_copied() -> None:
    source = torch.tensor([[9, 5, 5, 7, 6, 5, 0]])
    target = torch.tensor([[3, 7, 6, 5, 0, -1]])
    aligned = {(t, s) for _, t, s in anchors(source, target).nonzero().tolist()}
    assert aligned == {(1, 3), (2, 4), (3, 5), (4, 6)}


def test_streams_are_mixed_by_share() -> None:
    streams = (Stream("a", 1, (0.75, 0.25)), Stream("b", 1, (0.25, 0.75)))
    for progress, expected in ((0.0, 75), (0.5, 50), (1.0, 25)):
        credit = [0.0, 0.0]
        chosen = [next_stream(streams, credit, progress) for _ in range(100)]
        assert chosen.count(0) == expected


def test_batches_hold_every_example_once_and_come_out_the_same(work: Path) -> None:
    path = work / "streams" / "digest.npz"
    examples, again = Examples(path, 512, seed=1), Examples(path, 512, seed=1)
    count = len(examples.epoch_batches(0))
    first = [examples.batch(number) for number in range(count)]
    assert sum(map(len, first)) == len(examples.lengths)
    assert max(len(batch) * max(len(s) for s, _ in batch) for batch in first) <= 512
    assert again.batch(count + 1) == examples.batch(count + 1)


def test_implausible_pairs() -> None:
    good = Pair("x", "A model for translation.", "번역을 위한 모델입니다.", -2.0)
    assert plausible(good, -3.0)
    assert not plausible(good, -1.0)
    assert not plausible(Pair("x", "모델 model", "모델"), -3.0)
    assert not plausible(Pair("x", "word " * 50, "번역을 위한 모델입니다."), -3.0)


def test_markup_becomes_placeholders() -> None:
    texts = ("Use `pip` with **care**, see [docs](https://a.b).",
             "[문서](https://a.b)를 보고 `pip`을 **조심해서** 쓰세요.")  # fmt: skip
    marked = augment.markup_to_marks(texts, augment.Marks())
    assert marked is not None
    numbered = augment.number_placeholders(*marked, Random(5))
    assert numbered == (
        "Use ⟦1⟧ with ⟦2⟧care⟦3⟧, see ⟦4⟧docs⟦5⟧.",
        "⟦4⟧문서⟦5⟧를 보고 ⟦1⟧을 ⟦2⟧조심해서⟦3⟧ 쓰세요.",
    )


@pytest.mark.parametrize("en", ["Use `pip`.", "Use `npm` `pip`.", "Use **it** `pip"])
def test_markup_that_differs_is_refused(en: str) -> None:
    texts = (en, "`npm`을 쓰세요.")
    assert augment.markup_to_marks(texts, augment.Marks()) is None


def test_augmented_sides_always_agree() -> None:
    rng = Random(3)
    names = augment.NameMaker(["LLaVA-3D", "Foo-VL2"])
    texts = ("FooBench (FB) beats GPT-4o by 63.5% on 12 tasks.",
             "FooBench(FB)는 12개 과제에서 GPT-4o를 63.5% 앞섭니다.")  # fmt: skip
    seen = 0
    for _ in range(300):
        result = augment.augment(texts, names, Counter(), lambda _: rng.random() < 0.3, rng)
        assert result is not None
        numbered = augment.number_placeholders(*result, rng)
        if numbered is None:
            continue  # more than nine
        en, ko = numbered
        found = evaluate.PLACEHOLDER.findall(en)
        assert found == sorted(set(found))
        assert sorted(evaluate.PLACEHOLDER.findall(ko)) == found
        seen += bool(found)
    assert seen > 100


def test_swapped_names_keep_their_last_character() -> None:
    names, rng = augment.NameMaker(["Neo-VL2"]), Random(1)
    for name in ("Foo-VL2", "GroveGate", "SimpleQA"):
        assert all(names.like(name, rng)[-1] == name[-1] for _ in range(50))


def test_loops_are_recognized() -> None:
    assert evaluate.is_loop("a proof, a proof, a proof, a proof, a proof.", "증명이다.")
    assert not evaluate.is_loop("The proof of the theorem is the proof of the lemma.", "증명이다.")


def test_progress_reaches_one_at_the_deadline_or_the_budget() -> None:
    now = datetime.now(UTC)
    assert train.Clock(now, max_tokens=0).progress(5.0, 10) == 1.0
    later = train.Clock(now + timedelta(seconds=100), max_tokens=1000)
    assert later.progress(100.0, 0) == pytest.approx(0.5, abs=0.01)
    assert later.progress(0.0, 900) == pytest.approx(0.9)


def test_learning_rate_warms_up_holds_and_decays() -> None:
    factors = [train.learning_rate_factor(step / 100, step, 10, 0.4) for step in range(101)]
    assert factors[4] == pytest.approx(0.5)
    assert factors[10:40] == [1.0] * 30
    assert factors[70] == pytest.approx(0.5)
    assert factors[100] == 0.0


def test_one_thread_while_others_need_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    times = {"monotonic": 0.0, "process_time": 0.0}
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    for name in times:
        monkeypatch.setattr(time, name, lambda name=name: times[name])
    threads = train.Threads(2)
    for busy in (2.0, 1.1, 1.0):
        times["monotonic"] += 1.0
        times["process_time"] += busy
        threads.adapt()
    assert chosen == [2, 2, 1, 1]
