"""Muon (Jordan et al. 2024): momentum, orthogonalized, for the matrices of a network."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def orthogonalize(matrix: Tensor, steps: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrix, roughly: all singular values end up near one.

    A quintic Newton-Schulz iteration with Jordan's coefficients, in bfloat16: precise enough.
    Works on the last two dimensions.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x: Tensor = matrix.to(torch.bfloat16)
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum whose every update is orthogonalized.

    The update is scaled by 0.2 sqrt(max(shape)), which gives it the size AdamW's would have (Liu et
    al. 2025, Muon is scalable), so the learning rate may be read on AdamW's scale. Matrices
    of one shape are orthogonalized together.
    """

    def __init__(
        self, parameters: Iterable[nn.Parameter], lr: float, momentum: float = 0.95
    ) -> None:
        super().__init__(list(parameters), {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update every matrix that has a gradient."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[tuple[nn.Parameter, Tensor]]] = {}
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
                momentum.lerp_(parameter.grad, 1 - group["momentum"])
                update = parameter.grad.lerp(momentum, group["momentum"])
                by_shape.setdefault(parameter.shape, []).append((parameter, update))
            for shape, members in by_shape.items():
                updates = orthogonalize(torch.stack([update for _, update in members]))
                step = -group["lr"] * 0.2 * max(shape) ** 0.5
                for (parameter, _), update in zip(members, updates, strict=True):
                    parameter.add_(update, alpha=step)
