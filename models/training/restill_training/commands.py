"""The commands and their options; the work is imported only when a command runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import commands_demoe, commands_packs, commands_perceptual, commands_pictures
from .adarevd import commands as commands_adarevd
from .edge import commands as commands_edge
from .glowdeblur import commands as commands_glowdeblur
from .osdd import commands as commands_osdd
from .triage import commands as commands_triage


def register(sub: argparse._SubParsersAction) -> None:
    """Adds every command to the parser."""
    _train(sub)
    commands_packs.register(sub)
    commands_demoe.register(sub)
    commands_pictures.register(sub)
    commands_perceptual.register(sub)
    commands_adarevd.register(sub)
    commands_edge.register(sub)
    commands_glowdeblur.register(sub)
    commands_osdd.register(sub)
    commands_triage.register(sub)


def _train(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("train", help="train a pack's network")
    p.add_argument("--pack", choices=["nafnet-edge-mini"], default="nafnet-edge-mini")
    p.add_argument("--photos", nargs="*", default=[], help="folders or files of sharp photographs")
    p.add_argument("--pairs", nargs="*", default=[], help="folders with blur/, sharp/, pairs.tsv")
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX",
                   help="use only pairs whose source_key starts so")
    p.add_argument("--minutes", type=float, required=True, help="wall time of the whole run")
    p.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curve.csv")
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    p.add_argument("--from-pack", type=Path, help="start from the weights of a pack's folder")
    p.add_argument("--device", default="cpu", help="cpu or cuda")
    p.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    p.add_argument("--compile", action="store_true", help="torch.compile: faster after a minute")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--scenes", type=int, default=96, help="procedural scenes in the mix")
    p.add_argument("--batch", type=int, default=6)
    p.add_argument("--side", type=int, default=128)
    p.add_argument("--late-batch", type=int, default=2)
    p.add_argument("--late-side", type=int, default=256)
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--real-share", type=float, default=0.4)
    p.add_argument("--floor", type=float, default=4e-5,
                   help="squared error from which on a sample counts less: smaller spares sharp photos more")
    p.add_argument("--sharp-share", type=float, default=0.10,
                   help="share of sharp samples among the synthetic ones, taken from the shaken ones")
    p.add_argument("--soft-share", type=float, default=0.0,
                   help="share of the sharp samples that are soft by nature or finely patterned and stay as they are")
    p.add_argument("--check-minutes", type=float, default=5.0)
    p.set_defaults(run=run_train)


def run_train(o: argparse.Namespace) -> None:
    from .synth.pipeline import Recipe
    from .train import Trainer, TrainOptions

    recipe = Recipe.sparing(o.sharp_share, o.soft_share)
    Trainer(TrainOptions(
        photos=o.photos, pairs=o.pairs, out=o.out, minutes=o.minutes, keep_pairs=o.keep_pairs, recipe=recipe, floor=o.floor,
        resume=o.resume, start_from=o.from_pack, device=o.device, precision=o.precision,
        compile=o.compile, seed=o.seed, scenes=o.scenes, real_share=o.real_share, batch=o.batch,
        side=o.side, late_batch=o.late_batch, late_side=o.late_side, rate=o.rate,
        check_minutes=o.check_minutes, threads=o.threads,
    )).run()
