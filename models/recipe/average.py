"""Average the weights of the last snapshots of a run (Junczys-Dowmunt et al. 2016).

python -m models.recipe.average ../train/checkpoints --last 4 --output ../train/average.pt
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


def snapshots(folder: Path) -> list[Path]:
    """The numbered snapshots of a run, oldest first."""
    return sorted(folder.glob("[0-9]*.pt"))


def average(paths: Sequence[Path]) -> dict[str, Any]:
    """The mean of the weights of some snapshots, with the model configuration of the last."""
    if not paths:
        raise ValueError("no snapshots to average")
    total: dict[str, Tensor] = {}
    checkpoint: dict[str, Any] = {}
    for path in paths:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        for name, weight in checkpoint["model"].items():
            total[name] = total[name] + weight.double() if name in total else weight.double()
    weights = {name: (weight / len(paths)).float() for name, weight in total.items()}
    return {"model": weights, "model_config": checkpoint["model_config"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="the checkpoints of train.py")
    parser.add_argument("--last", type=int, default=4, help="how many snapshots")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    chosen = snapshots(options.folder)[-options.last :]
    torch.save(average(chosen), options.output)
    print(f"{options.output}: mean of {', '.join(path.stem for path in chosen)}")


if __name__ == "__main__":
    main()
