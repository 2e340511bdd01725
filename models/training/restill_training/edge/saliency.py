"""What each surrogate costs in quality, measured with onnxruntime on joined graphs, as the application runs them.

Calibration pairs are cuts of pictures that were not trained on: open real pairs and synthetic
blur of held-out photographs and scenes (`validation.prepare`). The table has the mean PSNR that is
lost when one slot changes, and what every two changed slots lose beyond the sum of both, so that the loss
of a whole choice can be told without running it. What two slots do to each other depends on the others too, so
the second part is a ridge fit to all pairs and to random choices of all slots.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch

from ..data.setup import gather
from ..losses import psnr
from ..restraint import Restraint
from ..synth.pipeline import Recipe
from ..validation import prepare
from .graph import joined

Pairs = list[tuple[np.ndarray, np.ndarray]]


def calibration_pairs(photos: list[str], pair_folders: list[str], keep: list[str], side: int = 256, most: int = 30) -> Pairs:
    """(blurred, sharp) [1, 3, side, side]: middles of the fixed samples that training checks itself on, real ones first.

    Small cuts flatter surrogates: on cuts of 96 pixels choices lost nothing that kept 29 % of the
    gain on whole photographs.
    """
    material = gather(photos, pair_folders, keep, 0, torch.device("cpu"))
    check = prepare(material, Recipe.sparing(0.3, 0.65))
    found = []
    for blurred, sharp in [*check.real, *check.synthetic][:most]:
        h, w = blurred.shape[-2:]
        top, left = (h - side) // 2, (w - side) // 2
        if min(top, left) < 0:
            continue
        place = np.s_[:, :, top : top + side, left : left + side]
        found.append((blurred[place].numpy().copy(), sharp[place].numpy().copy()))
    return found


@dataclass
class Judge:
    """Mean gain over the input of any choice, remembered."""

    base: onnx.ModelProto
    blocks: onnx.ModelProto
    places: list[tuple[str, str]]
    pairs: Pairs
    restraint: Restraint | None
    threads: int = 1

    def __post_init__(self) -> None:
        self.blurred = np.concatenate([b for b, _ in self.pairs])
        self.sharp = np.concatenate([s for _, s in self.pairs])
        self.before = self._psnr(self.blurred)
        self._known: dict[tuple[int, ...], np.ndarray] = {}

    def _psnr(self, answer: np.ndarray) -> np.ndarray:
        return np.array([psnr(torch.from_numpy(a), torch.from_numpy(s)) for a, s in zip(answer, self.sharp)])

    def gains(self, choice: tuple[int, ...]) -> np.ndarray:
        """Gain of each pair, dB."""
        if choice not in self._known:
            options = ort.SessionOptions()
            options.intra_op_num_threads = self.threads
            model = joined(self.base, self.blocks, self.places, list(choice))
            # Several pictures at a time: the graphs fix nothing but one picture by name.
            for value in (*model.graph.input, *model.graph.output):
                value.type.tensor_type.shape.dim[0].dim_param = "batch"
            session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
            answers = [session.run(None, {"image": part})[0] for part in np.array_split(self.blurred, max(1, len(self.pairs) // 8))]
            answer = np.concatenate(answers)
            if self.restraint is not None:
                answer = np.stack([self.restraint.apply(b, a) for b, a in zip(self.blurred, answer)])
            self._known[choice] = self._psnr(np.clip(answer, 0, 1)) - self.before
        return self._known[choice]

    def drop(self, choice: tuple[int, ...]) -> float:
        """Mean dB lost against the base."""
        base = self.gains((0,) * len(choice))
        return float(np.mean(base - self.gains(choice)))


def measure_table(judge: Judge, slots: int, options: int, random: int = 0, say=print) -> dict[str, Any]:
    """`dropDb` by slot and `interactions` of the pack's table `edge`, with its `calibration`."""
    def choice(*changed: tuple[int, int]) -> tuple[int, ...]:
        row = [0] * slots
        for slot, option in changed:
            row[slot] = option
        return tuple(row)

    single = np.array([[judge.drop(choice((s, o))) for o in range(options)] for s in range(slots)])
    say("\n".join("  ".join(f"{v:+.3f}" for v in row) for row in single))
    interactions = []
    for a, b in itertools.combinations(range(slots), 2):
        beyond = np.zeros((options, options))
        for i, j in itertools.product(range(1, options), repeat=2):
            beyond[i, j] = judge.drop(choice((a, i), (b, j))) - single[a, i] - single[b, j]
        interactions.append([a, b, np.round(beyond, 4).tolist()])
        say(f"slots {a} and {b}: largest interaction {np.abs(beyond).max():.3f} dB")
    table = {
        "dropDb": np.round(single, 4).tolist(),
        "interactions": interactions,
        "calibration": {
            "pairs": len(judge.pairs), "inputDb": round(float(judge.before.mean()), 3),
            "gainDb": round(float(judge.gains((0,) * slots).mean()), 4),
        },
    }
    return fitted(judge, table, random) if random else table


def fitted(judge: Judge, table: dict[str, Any], count: int, seed: int = 9, ridge: float = 2.0) -> dict[str, Any]:
    """The table with its interactions fitted to the pairs that it holds and to `count` random choices.

    A ridge fit, every pair and every random choice one sample: what happens to pairs alone is told
    too well by pairs alone, and a search would find just the choices that the table flatters.
    """
    single = np.array(table["dropDb"])
    slots, options = single.shape
    pairs = [(a, b) for a, b, _ in table["interactions"]]

    def row(choice: tuple[int, ...]) -> np.ndarray:
        found = np.zeros((len(pairs), options, options))
        for at, (a, b) in enumerate(pairs):
            found[at, choice[a], choice[b]] = float(choice[a] > 0 and choice[b] > 0)
        return found.reshape(-1)

    first = np.concatenate([np.array(beyond).reshape(-1) for _, _, beyond in table["interactions"]])
    rng = np.random.default_rng(seed)
    rows, wanted = [], []
    for _ in range(count):
        changed = rng.random(slots) < rng.uniform(0.4, 1.0)
        choice = tuple(int(x) for x in np.where(changed, rng.integers(1, options, slots), 0))
        rows.append(row(choice))
        wanted.append(judge.drop(choice) - sum(single[s, o] for s, o in enumerate(choice)))
    features, target = np.array([*np.eye(first.size), *rows]), np.concatenate([first, wanted])
    beyond = np.linalg.solve(features.T @ features + ridge * np.eye(first.size), features.T @ target)
    parts = beyond.reshape(len(pairs), options, options)
    return table | {"interactions": [[a, b, np.round(part, 4).tolist()] for (a, b), part in zip(pairs, parts)]}


def expected(table: dict[str, Any], choice: tuple[int, ...]) -> float:
    """The loss that the table tells of a choice, dB; the application does the same."""
    drop = sum(row[option] for row, option in zip(table["dropDb"], choice))
    return drop + sum(beyond[choice[a]][choice[b]] for a, b, beyond in table["interactions"])


def correctness(judge: Judge, table: dict[str, Any], count: int, seed: int = 5) -> list[tuple[float, float]]:
    """(expected, measured) losses of random choices."""
    rng = np.random.default_rng(seed)
    slots, options = len(table["dropDb"]), len(table["dropDb"][0])
    choices = [tuple(int(x) for x in rng.integers(0, options, slots)) for _ in range(count)]
    return [(expected(table, c), judge.drop(c)) for c in choices]


def restraint_of(folder: Path) -> Restraint | None:
    """The pack's own rule of restraint."""
    import json

    return Restraint.from_tables(json.loads((folder / "pack.json").read_text("utf-8"))["tables"])
