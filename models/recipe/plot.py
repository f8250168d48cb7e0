"""Draw the learning curve of a run as SVG: training loss and dev BLEU against target tokens.

python -m models.recipe.plot ../train/log.jsonl ../train/export/learning-curve.svg
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("log", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    entries = [json.loads(line) for line in options.log.read_text(encoding="utf-8").splitlines()]

    matplotlib.rcParams.update({"svg.hashsalt": "digestlang", "font.size": 9})
    figure, axes = pyplot.subplots(1, 2, figsize=(8, 3), layout="constrained")
    curves = (
        (axes[0], "cross-entropy, nats a token", ("loss", "dev_loss_ko", "dev_loss_en")),
        (axes[1], "greedy BLEU, digest-dev", ("dev_bleu_ko", "dev_bleu_en")),
    )
    names = {"loss": "training, mixed", "ko": "dev, English→Korean", "en": "dev, Korean→English"}
    for axis, title, keys in curves:
        for key in keys:
            points = [(e["tokens"] / 1e6, e[key]) for e in entries if key in e]
            style = {"linewidth": 0.8, "color": "0.6"} if key == "loss" else {"marker": "."}
            axis.plot(*zip(*points, strict=True), label=names[key.rpartition("_")[2]], **style)
        axis.set(xlabel="million target tokens", title=title)
        axis.legend(frameon=False)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(options.output, metadata={"Date": None})


if __name__ == "__main__":
    main()
