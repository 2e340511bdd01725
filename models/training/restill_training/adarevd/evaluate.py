"""Measures an AdaRevD pack: gain by depth and class, the sweep over tau, seconds against D-rate."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..data.pairs import list_pairs
from ..data.sources import load_rgb
from ..evaluate import as_float, as_pixels, psnr
from ..runner import starts
from .exits import class_of, d_rate, exits
from .runner import AdaRevDRunner

TAUS = tuple(round(0.01 * i, 2) for i in range(31))
TIMED_WINDOWS = 24
TIMED = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3)
# A threshold costs nothing that is seen if the mean loses no more than this, dB.
SMALL_LOSS = 0.05


@dataclass
class Window:
    """One measured window: its true class, that it is treated as, the likeliest to the classifier, and PSNR
    blurred and after every sub-decoder."""

    true_class: int
    predicted: int
    likeliest: int
    psnrs: list[float]


def pairs_of(heldout: Path | None, pairs: Path | None) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
    """uint8 (blurred, sharp) of a folder of the `heldout` command and of a folder with pairs.tsv."""
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    if heldout is not None:
        with open(heldout / "kinds.tsv", encoding="utf-8", newline="") as stream:
            names = [row["file"] for row in csv.DictReader(stream, delimiter="\t")]
        found["heldout"] = [(load_rgb(heldout / "blurred" / n), load_rgb(heldout / "sharp" / n)) for n in names]
    if pairs is not None:
        found["pairs"] = [pair.load() for pair in list_pairs(pairs)]
    return found


def measure(runner: AdaRevDRunner, blur: np.ndarray, sharp: np.ndarray) -> list[Window]:
    """Every window of a picture at every depth; pictures smaller than a window are left out."""
    found, side = [], runner.window
    for top in starts(blur.shape[0], side, runner.overlap):
        for left in starts(blur.shape[1], side, runner.overlap):
            b, s = (x[top : top + side, left : left + side] for x in (blur, sharp))
            if b.shape[:2] != (side, side):
                continue
            opened = runner.open(as_float(b))
            runner.deepen(opened, runner.sub_decoders)
            psnrs = [psnr(b, s), *[psnr(as_pixels(p), s) for p in opened.pictures]]
            found.append(Window(class_of(psnrs[0], runner.edges), opened.window_class, opened.likeliest, psnrs))
    return found


def summary(windows: list[Window], gains: list[list[float]], costs: list[float] | None = None) -> dict[str, Any]:
    """Figures of a set of windows: by depth, by true class, the classifier, the sweep over tau."""
    values = np.array([w.psnrs for w in windows])
    true = np.array([w.true_class for w in windows])
    predicted = np.array([w.predicted for w in windows])
    classes, sub_decoders = len(gains), len(gains[0])
    likeliest = np.array([w.likeliest for w in windows])
    counts = np.bincount(predicted, minlength=classes)
    every, sweep = np.arange(len(values)), []
    for tau in TAUS:
        depths = exits(gains, tau)
        taken = np.array(depths)[predicted]
        reached = values[every, taken]
        sweep.append({
            "tau": tau, "exits": depths, "dRate": d_rate(counts, depths, sub_decoders, costs),
            "gain": float((reached - values[:, 0]).mean()), "loss": float((values[:, -1] - reached).mean()),
            "lossOfLikeliest": float((values[:, -1] - values[every, np.array(depths)[likeliest]]).mean()),
            "windowsByExit": np.bincount(taken, minlength=sub_decoders + 1).tolist(),
        })
    return {
        "windows": len(windows),
        "input": float(values[:, 0].mean()),
        "gainByDepth": (values[:, 1:] - values[:, :1]).mean(0).tolist(),
        "byClass": [
            {"class": c, "windows": int((true == c).sum()),
             "gainByDepth": (values[true == c][:, 1:] - values[true == c][:, :1]).mean(0).tolist()}
            for c in range(classes) if (true == c).any()
        ],
        "accuracy": float((true == likeliest).mean()),
        "withinOne": float((abs(true - likeliest) <= 1).mean()),
        "sharper": [float((c > true).mean()) for c in (likeliest, predicted)],
        "confusion": [[int(((true == a) & (predicted == b)).sum()) for b in range(classes)] for a in range(classes)],
        "sweep": sweep,
    }


def fastest_harmless(sweep: list[dict[str, Any]]) -> dict[str, Any]:
    """The largest tau whose mean loss against running everything stays within SMALL_LOSS."""
    return max((row for row in sweep if row["loss"] <= SMALL_LOSS), key=lambda row: row["tau"], default=sweep[0])


def timing(runner: AdaRevDRunner, pictures: list[np.ndarray], taus: tuple[float, ...], rounds: int = 3) -> dict[str, Any]:
    """Processor seconds a window (on one thread a busy machine does not count): of the parts, then of whole runs beside
    encoder + D-rate x sub-decoders. Medians over `rounds`, taken in turn so that a busy spell hits all."""
    side = runner.window
    tiles = [as_float(p[:side, :side]) for p in pictures if min(p.shape[:2]) >= side][:TIMED_WINDOWS]
    runner.deepen(runner.open(tiles[0]), runner.sub_decoders)
    spent: dict[str, list[float]] = {"encoder": [], "decoders": [], **{str(tau): [] for tau in taus}}
    shares = {}
    for _ in range(rounds):
        opening = deepening = 0.0
        for tile in tiles:
            began = time.process_time()
            opened = runner.open(tile)
            middle = time.process_time()
            runner.deepen(opened, runner.sub_decoders)
            opening, deepening = opening + middle - began, deepening + time.process_time() - middle
        spent["encoder"].append(opening / len(tiles))
        spent["decoders"].append(deepening / len(tiles))
        for tau in taus:
            runner.tau, runner.depth, runner.taken = tau, None, []
            began = time.process_time()
            for tile in tiles:
                runner.tile(tile)
            spent[str(tau)].append((time.process_time() - began) / len(tiles))
            counts = np.bincount(runner.taken, minlength=runner.sub_decoders + 1)
            shares[tau] = d_rate(counts, range(runner.sub_decoders + 1), runner.sub_decoders, runner.costs)
    encoder, decoders = (float(np.median(spent[part])) for part in ("encoder", "decoders"))
    rows = []
    for tau in taus:
        seconds, expected = float(np.median(spent[str(tau)])), encoder + shares[tau] * decoders
        rows.append({"tau": tau, "dRate": shares[tau], "seconds": seconds, "expected": expected,
                     "ratio": seconds / expected, "speedUp": (encoder + decoders) / seconds})
    return {"windows": len(tiles), "encoder": encoder, "decoders": decoders, "runs": rows}


def report(name: str, found: dict[str, Any]) -> None:
    """Prints the figures of one set."""
    print(f"{name}: {found['windows']} windows, input {found['input']:.2f} dB, gain by depth "
          + " ".join(f"{g:+.3f}" for g in found["gainByDepth"]))
    for row in found["byClass"]:
        steps = row["gainByDepth"]
        print(f"  class {row['class']} {row['windows']:4d} windows  " + " ".join(f"{g:+7.3f}" for g in steps)
              + f"   last over first {steps[-1] - steps[0]:+.3f}")
    print(f"  classifier: right {found['accuracy']:.3f}, within one class {found['withinOne']:.3f}; "
          f"taken for less blurred than they are: {found['sharper'][0]:.3f} by the likeliest class, "
          f"{found['sharper'][1]:.3f} by the pack's rule")
    for row in found["sweep"]:
        if row["tau"] in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
            print(f"  tau {row['tau']:.2f}  exits {row['exits']}  D-rate {row['dRate']:.3f}  "
                  f"gain {row['gain']:+.3f}  loss {row['loss']:+.3f} (likeliest class: {row['lossOfLikeliest']:+.3f})  windows by exit {row['windowsByExit']}")
    best = fastest_harmless(found["sweep"])
    print(f"  largest tau with a loss of at most {SMALL_LOSS} dB: {best['tau']:.2f}, D-rate {best['dRate']:.3f}")
