"""When a window may stop: degradation classes, the table of gains, the exit rule (paper, section 3.3).

A window's class is the interval that PSNR(blurred, sharp) falls into. O[c][j] is the mean gain in dB
of sub-decoder j + 1 over the one before (the first over the blurred window) for class c. At threshold
tau a window of class c runs E_c sub-decoders: all before the first whose gain is below tau.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Sequence

import numpy as np

STEPS = (3, 4, 5, 6, 10)
LOWEST, HIGHEST = 20, 40
# A window that comes back at this PSNR is as good as unchanged; more is not counted.
PSNR_CAP = 50.0


def edges_of(step: int = 5) -> list[float]:
    """Upper ends of all classes but the last, dB; a class is `edge before < PSNR <= edge`."""
    if step not in STEPS:
        raise ValueError(f"the class step must be one of {', '.join(map(str, STEPS))} dB")
    return [float(e) for e in range(LOWEST, HIGHEST + 1, step)]


def class_of(psnr_db: float, edges: Sequence[float]) -> int:
    """Class of a window; 0 is the most blurred."""
    return int(np.searchsorted(np.asarray(edges), psnr_db, side="left"))


def class_of_window(logits: np.ndarray, quantile: float | None) -> int:
    """Class that a window is treated as, from the classifier's answer [classes].

    The first class that has, with all more blurred ones, the probability `quantile`; None: the likeliest, as
    published. Below 0.5 a window in doubt counts as the more blurred: passing a blurred one for sharp costs
    all there was to gain.
    """
    if quantile is None:
        return int(logits.argmax())
    weights = np.exp(logits.astype(np.float64) - float(logits.max()))
    return min(int(np.searchsorted(weights.cumsum(), quantile * weights.sum())), len(weights) - 1)


def exits(table: Sequence[Sequence[float]], tau: float) -> list[int]:
    """E_c for every class: sub-decoders to run, 0 to all of them. The *first* gain below tau ends the
    row: published rows are not monotone."""
    found = []
    for row in table:
        below = [j for j, gain in enumerate(row) if gain < tau]
        found.append(below[0] if below else len(row))
    return found


def d_rate(counts: Sequence[float], depths: Sequence[int], sub_decoders: int, costs: Sequence[float] | None = None) -> float:
    """Share of the sub-decoders' work that is done, 0..1, with `counts` windows in every class. `costs` is
    the work of each; without them all are alike, and this is the paper's share of sub-decoders."""
    done = np.concatenate([[0.0], np.cumsum(costs if costs is not None else np.ones(sub_decoders))])
    return float(np.dot(counts, done[list(depths)])) / (float(np.sum(counts)) * float(done[-1]))


@dataclass
class GainTable:
    """Sums from which O is made. `add` takes PSNRs in dB: blurred, then after every sub-decoder."""

    edges: list[float]
    sub_decoders: int
    sums: np.ndarray = field(init=False)
    counts: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        classes = len(self.edges) + 1
        self.sums = np.zeros((classes, self.sub_decoders))
        self.counts = np.zeros(classes, int)

    def add(self, values: Sequence[float]) -> None:
        c = class_of(values[0], self.edges)
        self.sums[c] += np.diff(np.minimum(values, PSNR_CAP))
        self.counts[c] += 1

    def to_json(self) -> dict[str, Any]:
        """The `exits` table of pack.json. A class that was never met takes its nearest neighbour's row."""
        met = np.flatnonzero(self.counts)
        if not len(met):
            raise ValueError("no windows were measured")
        rows = []
        for c in range(len(self.counts)):
            source = int(met[np.abs(met - c).argmin()])
            rows.append([round(float(v), 4) for v in self.sums[source] / self.counts[source]])
        return {"classEdgesDb": self.edges, "gainsDb": rows, "windows": self.counts.tolist()}
