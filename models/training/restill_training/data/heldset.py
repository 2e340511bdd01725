"""Writes the held-out synthetic set: blurred pictures of known kind and size beside the truth.

Only held-out photographs (`data/heldout.py`) and procedural scenes beyond the training seeds are
used. Layout: `blurred/NAME.png`, `sharp/NAME.png`, `kinds.tsv` (file, kind, size, scene).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..synth.kernels import MARGIN
from ..synth.pipeline import Recipe, synthesise
from ..synth.scenes import draw_scene
from .heldout import FIRST_SCENE_SEED, is_held_out
from .sources import copies_of, list_photos, load_rgb

# Path lengths and disk radii in pixels, by kind.
PLAN: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("shake", (5, 9, 14, 20, 28, 40)),
    ("shake-grid", (10, 22)),
    ("shake-frames", (8, 16, 28)),
    ("defocus", (1, 2, 3.5, 5.5)),
    ("layered", (3, 5)),
    ("local", (12, 26)),
    ("low-light", (9, 18)),
)


def write_held_out(photos: list[str], out: Path, side: int = 384, rounds: int = 3,
                   seed: int = 2026, unseen: bool = False) -> int:
    """Writes the set and returns how many pictures it holds. With `unseen` all of `photos` are taken: none
    of them was trained on; and other scenes."""
    pictures = [(p.stem, copies_of(load_rgb(p))[0]) for p in list_photos(photos) if unseen or is_held_out(p)]
    if not pictures:
        raise ValueError("none of the held-out photographs lies in --photos")
    for number in range(4):
        scene = FIRST_SCENE_SEED + number + (100 if unseen else 0)
        pictures.append((f"scene-{scene}", draw_scene(scene)))
    rng = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    for name in ("blurred", "sharp"):
        (out / name).mkdir(parents=True, exist_ok=True)
    recipe, rows = Recipe(grey_share=0.05, flat_share=0.0), []
    jobs = [(kind, size) for _ in range(rounds) for kind, sizes in PLAN for size in sizes]
    for number, (kind, size) in enumerate(jobs):
        name, pixels = pictures[number % len(pictures)]
        _, other = pictures[(number + 5) % len(pictures)]
        blurred, sharp, _ = synthesise(
            _square(pixels, side, rng), _square(other, side, rng), recipe, rng, generator, kind, size
        )
        file = f"{number + 1:03d}.png"
        _save(blurred, out / "blurred" / file)
        _save(sharp, out / "sharp" / file)
        rows.append({"file": file, "kind": kind, "size": size, "scene": name})
    with open(out / "kinds.tsv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _square(pixels: np.ndarray, side: int, rng: np.random.Generator) -> Tensor:
    """The most detailed of three cuts of side + 2 MARGIN pixels, mirrored outwards if need be."""
    need = side + 2 * MARGIN
    missing = [max(0, need - n) for n in pixels.shape[:2]]
    pads = ((missing[0] // 2, missing[0] - missing[0] // 2),
            (missing[1] // 2, missing[1] - missing[1] // 2), (0, 0))
    pixels = np.pad(pixels, pads, mode="reflect")
    cuts = []
    for _ in range(3):
        top, left = (int(rng.integers(n - need + 1)) for n in pixels.shape[:2])
        cuts.append(np.ascontiguousarray(pixels[top : top + need, left : left + need]))
    cut = max(cuts, key=lambda c: float(np.abs(np.diff(c.astype(np.int16), axis=0)).mean()))
    return torch.from_numpy(cut).permute(2, 0, 1).float() / 255


def _save(picture: Tensor, path: Path) -> None:
    pixels = (picture * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(path, optimize=True)
