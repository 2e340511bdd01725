"""Fits the figures of the blur report: kinds and expected gains from what the application measures.

Small dense networks (tanh, one hidden layer), several of them averaged, which is again one such
network. How strong they are held back, and what the spread of a gain is, comes from folds that
never share a photograph's source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from .data import Photo, kind_numbers, matrix
from .folder import KINDS

MEMBERS = 5
FURTHEST = 4.0
FOLDS = 5
# Whole photographs are what people have, and few beside the synthetic ones.
WEIGHTS = {"whole": 3.0}
# For every kind of blur the least share of p(kind) in p(kind) + p(sharp) at which a photograph is called
# so. Set by hand, so that at most 5 % of real sharp photographs are called blurred.
BLURRED_FROM = (0.75, 0.7, 0.77, 0.6)


@dataclass
class Scale:
    """What is taken off and divided by before a network sees the measures."""

    inputs: list[str]
    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, photos: list[Photo], inputs: list[str]) -> Scale:
        values = matrix(photos, inputs)
        return cls(inputs, values.mean(0), values.std(0) + 1e-3)

    def apply(self, photos: list[Photo]) -> torch.Tensor:
        values = (matrix(photos, self.inputs) - self.mean) / self.deviation
        return torch.tensor(np.clip(values, -FURTHEST, FURTHEST), dtype=torch.float32)


@dataclass
class Net:
    """hidden = tanh(w1 x + b1), out = w2 hidden + b2."""

    w1: np.ndarray
    b1: np.ndarray
    w2: np.ndarray
    b2: np.ndarray

    def __call__(self, x: torch.Tensor) -> np.ndarray:
        return np.tanh(x.numpy() @ self.w1.T + self.b1) @ self.w2.T + self.b2

    def layers(self) -> list[dict]:
        def digits(values: np.ndarray) -> list:
            return np.round(values, 4).tolist()
        return [{"weights": digits(self.w1), "bias": digits(self.b1)}, {"weights": digits(self.w2), "bias": digits(self.b2)}]


def train(x: torch.Tensor, y: torch.Tensor, outputs: int, hidden: int, decay: float, steps: int,
          weights: torch.Tensor) -> Net:
    """The mean of MEMBERS networks; `y` of integers is a class, of floats a value; `weights` of the samples."""
    members = []
    for seed in range(MEMBERS):
        torch.manual_seed(seed)
        first, second = torch.nn.Linear(x.shape[1], hidden), torch.nn.Linear(hidden, outputs)
        optimiser = torch.optim.AdamW([*first.parameters(), *second.parameters()], 1e-2, weight_decay=decay)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
        for _ in range(steps):
            said = second(torch.tanh(first(x)))
            if y.dtype == torch.int64:
                loss = F.cross_entropy(said, y, label_smoothing=0.03, reduction="none")
            else:
                loss = F.smooth_l1_loss(said[:, 0], y, beta=0.3, reduction="none")
            loss = (loss * weights).sum() / weights.sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        members.append([t.detach().numpy().astype(np.float64) for t in (first.weight, first.bias, second.weight, second.bias)])
    w1, b1 = (np.concatenate([m[i] for m in members]) for i in (0, 1))
    w2 = np.concatenate([m[2] for m in members], 1) / MEMBERS
    return Net(w1, b1, w2, np.mean([m[3] for m in members], 0))


def weights_of(photos: list[Photo]) -> torch.Tensor:
    return torch.tensor([WEIGHTS.get(photo.variant, 1.0) for photo in photos])


def folds(photos: list[Photo]) -> list[np.ndarray]:
    """Masks of the photographs left out in turn; all of one source together."""
    sources = sorted({photo.source for photo in photos})
    order = np.random.default_rng(7).permutation(len(sources))
    fold = {source: int(order[i]) % FOLDS for i, source in enumerate(sources)}
    of = np.array([fold[photo.source] for photo in photos])
    return [of == number for number in range(FOLDS)]


def probabilities(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


def left_out(photos: list[Photo], scale: Scale, y: torch.Tensor, outputs: int, hidden: int, decay: float, steps: int) -> np.ndarray:
    """What networks that never saw a photograph's source say of it."""
    x, weights = scale.apply(photos), weights_of(photos)
    said = np.zeros((len(photos), outputs))
    for out in folds(photos):
        if out.any() and not out.all():
            said[out] = train(x[~out], y[~out], outputs, hidden, decay, steps, weights[~out])(x[out])
    return said


def fit_kinds(photos: list[Photo], scale: Scale, hidden: int, decay: float, steps: int) -> tuple[Net, np.ndarray]:
    """The network of kinds, and the probabilities that the folds give."""
    y = torch.tensor(kind_numbers(photos))
    said = probabilities(left_out(photos, scale, y, len(KINDS), hidden, decay, steps))
    return train(scale.apply(photos), y, len(KINDS), hidden, decay, steps, weights_of(photos)), said


def decide(likely: np.ndarray) -> np.ndarray:
    """The likeliest kind of blur where it is likely enough beside sharp, else sharp."""
    kind = likely[:, 1:].argmax(1)
    top = likely[np.arange(len(likely)), kind + 1]
    return np.where(top / (top + likely[:, 0]) >= np.array(BLURRED_FROM)[kind], kind + 1, 0)


def confusion(truth: np.ndarray, said: np.ndarray) -> np.ndarray:
    table = np.zeros((len(KINDS), len(KINDS)), int)
    np.add.at(table, (truth, said), 1)
    return table


def balanced(truth: np.ndarray, said: np.ndarray) -> float:
    """Mean share of each kind that is named rightly."""
    table = confusion(truth, said)
    rows = table.sum(1)
    return float((np.diag(table)[rows > 0] / rows[rows > 0]).mean())


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's coefficient, -1..1, of two rows of equal length; equal values share their mean rank."""
    ranks = [np.searchsorted(np.sort(x), x, "left") + np.searchsorted(np.sort(x), x, "right") for x in (a, b)]
    return float(np.corrcoef(ranks)[0, 1])


def fit_gain(photos: list[Photo], scale: Scale, engine: str, hidden: int, decay: float, steps: int) -> tuple[Net, tuple[float, float], np.ndarray, np.ndarray]:
    """The network, its spread a + b |gain|, and from the folds: expected and real gains in dB.

    The spread is one standard deviation, from the distances of the folds' expectations.
    """
    known = [p for p in photos if engine in p.gains]
    y = torch.tensor([p.gains[engine] for p in known], dtype=torch.float32)
    said = left_out(known, scale, y, 1, hidden, decay, steps)[:, 0]
    apart = np.abs(said - y.numpy())
    design = np.stack([np.ones_like(said), np.abs(said)], 1)
    a, b = np.linalg.lstsq(design, apart, rcond=None)[0]
    if b < 0:
        a, b = float(apart.mean()), 0.0
    to_deviation = 1.2533  # mean distance to standard deviation of a normal distribution
    return train(scale.apply(known), y, 1, hidden, decay, steps, weights_of(known)), (float(max(a, 0.02)) * to_deviation, float(b) * to_deviation), said, y.numpy()
