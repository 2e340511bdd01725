"""The command that fits NIQE's model of sharp photographs, and the picture that both implementations are tested on."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np


def register(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("fit-niqe", help="fit the application's model of sharp photographs (resources/niqe.json)")
    p.add_argument("--photos", nargs="+", required=True, help="folders or files of sharp photographs")
    p.add_argument("--out", type=Path, required=True)
    p.set_defaults(run=run_fit)


def run_fit(o: argparse.Namespace) -> None:
    from .osdd.evaluate import natural_model

    model = natural_model(o.photos)
    fields = {
        "command": f"python -m restill_training fit-niqe --photos PHOTOS/ --out {o.out.name}",
        "mean": rounded(model.mean), "covariance": [rounded(row) for row in model.covariance],
    }
    o.out.write_text(json.dumps(fields) + "\n", encoding="utf-8")
    print(f"{len(model.mean)} features in {o.out}, {o.out.stat().st_size} bytes")


def rounded(values: np.ndarray) -> list[float]:
    """Eight digits of each."""
    return [float(f"{value:.8g}") for value in values]


def pattern(width: int, height: int) -> np.ndarray:
    """Luma 0..255 of whole numbers that any language draws alike, float [height, width]."""
    y, x = np.mgrid[0:height, 0:width]
    fine = (3 * x * x + 7 * y + (x * y) % 31 * 5) % 101
    return (78 + fine + 20 * ((x // 16 + y // 12) % 3)).astype(np.float64)
