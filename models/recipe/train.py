"""Train a MarianMT model on the streams that prepare.py wrote.

    python -m models.recipe.train models/recipe/joint-11m.toml --work ../train --deadline 06:15

Started again with the same arguments it goes on from its last checkpoint. While the file PAUSE
exists in the working directory it waits, so that others can measure on a quiet machine; SIGTERM
makes it save and stop.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import MarianMTModel

from .batches import Examples, next_stream
from .config import Config, load_config
from .evaluate import Engine, corpus_scores, read_sides
from .export import convert, export
from .model import build_model, loss_sums
from .muon import Muon
from .tokenizer import Tokenizer


def optimizers(model: nn.Module, config: Config) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the network, AdamW for embeddings, biases and norms."""
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    matrices = [p for name, p in trained if p.ndim == 2 and "shared" not in name]
    rest = [p for name, p in trained if p.ndim < 2 or "shared" in name]
    return [
        Muon(matrices, lr=config.training.muon_lr),
        torch.optim.AdamW(
            rest, lr=config.training.adamw_lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        ),
    ]


def learning_rate_factor(progress: float, step: int, warmup: int, decay_from: float) -> float:
    """Short warm-up, constant, then in a line to zero from `decay_from` (of 1) on."""
    return min(1.0, (step + 1) / warmup, (1.0 - progress) / (1.0 - decay_from))


class Clock:
    """How far a run has come, between 0 and 1, by its token budget or the time it has left.

    With a deadline, progress is active time over active plus remaining time: it reaches 1 at the
    deadline whatever happens, and a pause only shortens what remains.
    """

    def __init__(self, deadline: datetime, max_tokens: int) -> None:
        self.deadline, self.max_tokens = deadline, max_tokens
        self.mark = time.monotonic()

    def lap(self) -> float:
        """Seconds since the last call."""
        before, self.mark = self.mark, time.monotonic()
        return self.mark - before

    def wait_while(self, pause: Path) -> None:
        """Sleep as long as the file `pause` is there and the deadline is not, without counting."""
        while pause.exists() and datetime.now(UTC) < self.deadline:
            time.sleep(1)
            self.mark = time.monotonic()

    def progress(self, active_seconds: float, tokens: int) -> float:
        left = max(0.0, (self.deadline - datetime.now(UTC)).total_seconds())
        by_time = active_seconds / (active_seconds + left) if left else 1.0
        return min(1.0, max(by_time, tokens / self.max_tokens if self.max_tokens else 0.0))


class Threads:
    """Gives up all threads but one for a while when another process needs a core.

    A niced thread next to a normal process hardly runs, and OpenMP's other threads wait for it at
    every barrier: two threads on one free core were six times slower than one.
    """

    PATIENCE = 15

    def __init__(self, number: int) -> None:
        self.number, self.wait = number, 0
        torch.set_num_threads(number)
        self.mark = time.monotonic(), time.process_time()

    def adapt(self) -> None:
        """Call after each step: looks at the processor time that the step got."""
        before, self.mark = self.mark, (time.monotonic(), time.process_time())
        busy = (self.mark[1] - before[1]) / max(self.mark[0] - before[0], 1e-9)
        if self.wait:
            self.wait -= 1
        elif busy < 0.8 * self.number:
            self.wait = self.PATIENCE
        torch.set_num_threads(1 if self.wait else self.number)


class Development:
    """Loss and greedy BLEU on the first lines of digest-dev, each direction the model has."""

    def __init__(self, data: Path, vocabulary: Path, config: Config) -> None:
        lines = config.training.dev_lines
        en, ko = (side[:lines] for side in read_sides(data, "digest-dev"))
        tokenizer = Tokenizer(vocabulary)
        self.vocabulary = vocabulary
        self.texts = {target: (en, ko) if target == "ko" else (ko, en) for target in config.targets}
        self.rows = {
            target: [
                (tokenizer(f">>{target}<< {source}"), tokenizer(reference))
                for source, reference in zip(*texts, strict=True)
            ]
            for target, texts in self.texts.items()
        }

    @torch.no_grad()
    def measure(self, model: MarianMTModel) -> dict[str, float]:
        """`dev_loss_xx` (nats a target token) and `dev_bleu_xx` for each target language xx."""
        figures: dict[str, float] = {}
        model.train(False)
        with tempfile.TemporaryDirectory() as folder:
            export(model, self.vocabulary, Path(folder, "hf"))
            convert(Path(folder, "hf"), Path(folder, "ct2"))
            engine = Engine(Path(folder, "ct2"), self.vocabulary, beam_size=1)
            for target, (sources, references) in self.texts.items():
                rows = self.rows[target]
                sums = [loss_sums(model, rows[i : i + 32]) for i in range(0, len(rows), 32)]
                loss = float(sum(plain for _, plain, _ in sums)) / sum(count for *_, count in sums)
                figures[f"dev_loss_{target}"] = round(loss, 4)
                scores = corpus_scores(engine.translate(sources, target), references, target)
                figures[f"dev_bleu_{target}"] = round(scores["BLEU"], 2)
        model.train()
        return figures


class Log:
    """Prints entries and appends them to a JSON-lines file, cut back to where a run resumes."""

    def __init__(self, path: Path, step: int) -> None:
        self.path = path
        earlier = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in earlier if json.loads(line)["step"] < step]
        path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")

    def __call__(self, entry: dict[str, Any]) -> None:
        line = json.dumps({"time": f"{datetime.now(UTC):%H:%M:%S}", **entry})
        print(line, flush=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def save_atomically(value: object, path: Path) -> None:
    """torch.save to a temporary file, then rename: a killed run never leaves half a checkpoint."""
    temporary = path.with_suffix(".tmp")
    torch.save(value, temporary)
    os.replace(temporary, path)


def save(
    folder: Path,
    model: MarianMTModel,
    steppers: list[torch.optim.Optimizer],
    state: dict[str, Any],
    keep: int,
) -> None:
    """Write a numbered snapshot of the weights for averaging, and `last.pt` to go on from."""
    weights = {"model": model.state_dict(), "model_config": model.config.to_dict()}
    save_atomically(weights, folder / f"{state['step']:07d}.pt")
    optimizer_states = [stepper.state_dict() for stepper in steppers]
    rest = {"optimizers": optimizer_states, "rng": torch.get_rng_state(), "state": state}
    save_atomically({**weights, **rest}, folder / "last.pt")
    for old in sorted(folder.glob("[0-9]*.pt"))[:-keep]:
        old.unlink()


def parse_deadline(clock_time: str | None, minutes: float | None) -> datetime:
    """The next `HH:MM` in UTC, or `minutes` from now, or a year ahead where neither is given."""
    now = datetime.now(UTC)
    if minutes is not None:
        return now + timedelta(minutes=minutes)
    if clock_time is None:
        return now + timedelta(days=365)
    hour, minute = map(int, clock_time.split(":"))
    deadline = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return deadline if deadline > now else deadline + timedelta(days=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("../train"))
    parser.add_argument("--deadline", help="HH:MM, UTC: learning rate zero, last checkpoint, end")
    parser.add_argument("--minutes", type=float, help="the same, from now")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    config = load_config(options.config)
    training, work = config.training, options.work
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(config.seed)

    model = build_model(config, work).to(device).train()  # type: ignore[arg-type]
    # On a CPU, plain matrix products beat the fused attention by a fifth of the whole step.
    model.set_attn_implementation("eager" if device == "cpu" or training.guidance else "sdpa")
    steppers = optimizers(model, config)
    peaks = [stepper.param_groups[0]["lr"] for stepper in steppers]
    streams = [
        Examples(work / "streams" / f"{stream.name}.npz", training.batch_tokens, config.seed)
        for stream in config.streams
    ]
    state: dict[str, Any] = {
        "step": 0,
        "tokens": 0,
        "seconds": 0.0,
        "positions": [0] * len(streams),
        "credit": [0.0] * len(streams),
    }
    checkpoints = work / "checkpoints"
    checkpoints.mkdir(parents=True, exist_ok=True)
    if (checkpoints / "last.pt").exists():
        saved = torch.load(checkpoints / "last.pt", map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        for stepper, optimizer_state in zip(steppers, saved["optimizers"], strict=True):
            stepper.load_state_dict(optimizer_state)
        torch.set_rng_state(saved["rng"].cpu())
        state = saved["state"]

    log = Log(work / "log.jsonl", state["step"])
    vocabulary = work / "vocabulary" if config.vocabulary_size else config.start
    development = Development(options.data, vocabulary, config)
    log({"step": state["step"], "tokens": state["tokens"], **development.measure(model)})
    clock = Clock(parse_deadline(options.deadline, options.minutes), training.max_tokens)
    threads = Threads(options.threads)
    unsaved_seconds = 0.0
    nats, counted, counted_seconds = 0.0, 0, 0.0
    progress = clock.progress(state["seconds"], state["tokens"])

    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stop.append(number))
    while progress < 1.0 and not stop:
        clock.wait_while(work / "PAUSE")
        factor = learning_rate_factor(
            progress, state["step"], training.warmup_steps, training.decay_from
        )
        for stepper, peak in zip(steppers, peaks, strict=True):
            stepper.param_groups[0]["lr"] = peak * factor

        chosen = next_stream(config.streams, state["credit"], progress)
        examples = streams[chosen].batch(state["positions"][chosen])
        with torch.autocast(device, dtype=torch.bfloat16):
            loss, plain, tokens = loss_sums(
                model, examples, training.label_smoothing, training.guidance * factor
            )
        torch.autograd.backward(loss / tokens)
        norm = nn.utils.clip_grad_norm_(model.parameters(), training.clip)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad(set_to_none=True)

        threads.adapt()
        seconds = clock.lap()
        state["step"] += 1
        state["tokens"] += tokens
        state["seconds"] += seconds
        state["positions"][chosen] += 1
        unsaved_seconds += seconds
        nats, counted, counted_seconds = (
            nats + float(plain),
            counted + tokens,
            counted_seconds + seconds,
        )
        progress = clock.progress(state["seconds"], state["tokens"])
        if state["step"] % training.log_steps == 0:
            log(
                {
                    "step": state["step"],
                    "tokens": state["tokens"],
                    "progress": round(progress, 4),
                    "loss": round(nats / counted, 4),
                    "gradient_norm": round(float(norm), 3),
                    "lr_factor": round(factor, 4),
                    "positions": state["positions"],
                    "threads": torch.get_num_threads(),
                    "tokens_per_second": round(counted / counted_seconds),
                }
            )
            nats, counted, counted_seconds = 0.0, 0, 0.0
        if unsaved_seconds > 60 * training.checkpoint_minutes or progress >= 1.0 or stop:
            save(checkpoints, model, steppers, state, training.keep)
            log({"step": state["step"], "tokens": state["tokens"], **development.measure(model)})
            unsaved_seconds = 0.0


if __name__ == "__main__":
    main()
