"""Commands that make pictures: samples, training scenes, the held-out set."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("samples", help="render the sample photographs, with blur and EXIF")
    p.add_argument("--out", type=Path, required=True)
    p.set_defaults(run=run_samples)

    p = sub.add_parser("scenes", help="write procedural training scenes as PNG, to look at them")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--count", type=int, default=12)
    p.add_argument("--first", type=int, default=0, help="first seed")
    p.set_defaults(run=run_scenes)

    p = sub.add_parser("heldout", help="write the held-out synthetic set: blurred/, sharp/")
    p.add_argument("--photos", nargs="+", required=True, help="the folders used for training")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--side", type=int, default=384)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--seed", type=int, default=2026)
    p.add_argument("--unseen", action="store_true", help="take all of --photos: none of them was trained on")
    p.set_defaults(run=run_heldout)


def run_samples(o: argparse.Namespace) -> None:
    from .samples.photographs import write_samples

    for path in write_samples(o.out):
        print(f"{path}  {path.stat().st_size} bytes")


def run_scenes(o: argparse.Namespace) -> None:
    from PIL import Image

    from .synth.scenes import draw_scene

    o.out.mkdir(parents=True, exist_ok=True)
    for seed in range(o.first, o.first + o.count):
        Image.fromarray(draw_scene(seed)).save(o.out / f"scene-{seed:04d}.png")


def run_heldout(o: argparse.Namespace) -> None:
    from .data.heldset import write_held_out

    print(f"{write_held_out(o.photos, o.out, o.side, o.rounds, o.seed, o.unseen)} pictures in {o.out}")
