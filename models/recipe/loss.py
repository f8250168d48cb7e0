"""Label-smoothed cross-entropy fused with the output projection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


class _ProjectedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        labels: Tensor,
        smoothing: float,
        rows: int,
    ) -> tuple[Tensor, Tensor]:
        with torch.autocast(hidden.device.type, enabled=False):
            projection, inputs = weight.to(torch.bfloat16), hidden.to(torch.bfloat16)
            # Smoothing pulls every logit alike: its share of the loss and of both gradients is of
            # rank one and needs no pass over the logits.
            even = smoothing / weight.shape[0]
            every_row = projection.float().sum(dim=0)
            hidden_gradient = torch.empty_like(inputs)
            weight_gradient = torch.zeros_like(weight, dtype=torch.float32)
            smoothed, plain = hidden.new_zeros(2, dtype=torch.float32).unbind()
            for start in range(0, len(labels), rows):
                chunk = inputs[start : start + rows]
                gold = labels[start : start + rows, None]
                logits = chunk @ projection.T
                gradient = logits.softmax(dim=1)
                loss = -gradient.gather(1, gold).float().clamp(min=1e-30).log()
                normalizer = logits.gather(1, gold).float() + loss
                pull = normalizer.sum() * smoothing - even * (chunk.float() @ every_row).sum()
                plain = plain + loss.sum()
                smoothed = smoothed + (1 - smoothing) * loss.sum() + pull
                # d loss / d logits = softmax - smoothed one-hot, made in place of the softmax.
                one_hot = torch.full_like(gold, -(1 - smoothing), dtype=gradient.dtype)
                gradient.scatter_add_(1, gold, one_hot)
                hidden_gradient[start : start + rows] = gradient @ projection - even * every_row
                weight_gradient += gradient.T @ chunk
            weight_gradient -= even * inputs.float().sum(dim=0)
        ctx.gradients = hidden_gradient.to(hidden.dtype), weight_gradient
        ctx.set_materialize_grads(False)
        return smoothed, plain

    @staticmethod
    def backward(
        ctx: Any, scale: Tensor, _: Tensor | None
    ) -> tuple[Tensor, Tensor, None, None, None]:
        hidden_gradient, weight_gradient = ctx.gradients
        return hidden_gradient * scale, weight_gradient * scale, None, None, None


def projected_cross_entropy(
    hidden: Tensor, weight: Tensor, labels: Tensor, smoothing: float, rows: int
) -> tuple[Tensor, Tensor]:
    """Summed cross-entropy of `hidden @ weight.T` against `labels`, smoothed and plain, in nats.

    hidden: (tokens, d_model); weight: (vocabulary, d_model); labels: (tokens,), no padding in them.
    The (tokens, vocabulary) logits never exist at once: each chunk of `rows` rows makes its
    part of the loss and of both gradients while it is in the cache, so that the backward pass is a
    multiplication (the idea of Cut Cross-Entropy, Wijmans et al. 2024, and of Liger, Hsu et al.
    2024). Only the first value may be differentiated. Smoothing: Szegedy et al. 2016.
    """
    apply: Callable[..., tuple[Tensor, Tensor]] = _ProjectedCrossEntropy.apply
    smoothed, plain = apply(hidden, weight, labels, smoothing, rows)
    return smoothed, plain.detach()
