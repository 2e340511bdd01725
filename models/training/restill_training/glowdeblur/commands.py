"""Commands of the GLOWDeblur packs: train-glowdeblur, export-glowdeblur, evaluate-glowdeblur, card-glowdeblur."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .options import GUIDES, STAGES


def _part(text: str) -> tuple[str, Path]:
    part, _, path = text.partition("=")
    if not path:
        raise argparse.ArgumentTypeError(f"{text}: give PART=CHECKPOINT")
    return part, Path(path)


def register(sub: argparse._SubParsersAction) -> None:
    """Adds the commands to the parser."""
    p = sub.add_parser("train-glowdeblur", help="one stage of a guided latent diffusion pack")
    p.add_argument("--stage", choices=STAGES, required=True)
    p.add_argument("--base", type=Path, help="pre: folder of the nafnet-edge pack to start from")
    p.add_argument("--from", type=Path, dest="start_from", help="checkpoint to start from: all stages but motion and pre need one")
    p.add_argument("--take", type=_part, nargs="*", default=[], metavar="PART=CHECKPOINT", help="parts from other checkpoints, such as motion=RUN/motion/last.pt")
    p.add_argument("--without", choices=GUIDES, nargs="*", default=[], help="leave guides out, to see what each is worth")
    p.add_argument("--photos", nargs="*", default=[], help="folders or files of sharp photographs")
    p.add_argument("--pairs", nargs="*", default=[], help="folders with blur/, sharp/, pairs.tsv")
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX", help="use only pairs whose source_key starts so")
    p.add_argument("--minutes", type=float, required=True, help="wall time of the whole run")
    p.add_argument("--processor-time", action="store_true", help="count processor time instead: for a shared machine")
    p.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curve.csv")
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    p.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--scenes", type=int, default=96, help="procedural scenes without a caption")
    p.add_argument("--captioned", type=int, default=220, help="procedural scenes with one")
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--side", type=int, default=128)
    p.add_argument("--late-batch", type=int, default=1)
    p.add_argument("--late-side", type=int, default=192)
    p.add_argument("--late-share", type=float, default=0.2)
    p.add_argument("--drawn", type=int, default=8, help="diffusion: samples of a step, new ones and remembered ones")
    p.add_argument("--decoded", type=int, default=2, help="diffusion: how many of them are compared as pictures too")
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--check-minutes", type=float, default=3.0, help="0: none")
    p.add_argument("--most-steps", type=int, help="end after so many steps, and plan by them")
    p.set_defaults(run=run_train)


def run_train(o: argparse.Namespace) -> None:
    from .options import GlowOptions
    from .train import GlowTrainer

    given = {key: value for key, value in vars(o).items() if key not in ("command", "run")}
    given |= {"take": dict(o.take), "without": tuple(o.without)}
    GlowTrainer(GlowOptions(**given)).run()
