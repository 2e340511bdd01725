"""Commands of the edge pack: distil-edge, export-edge, evaluate-edge."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(sub: argparse._SubParsersAction) -> None:
    """Adds the commands to the parser."""
    p = sub.add_parser("distil-edge", help="teach block surrogates what a pack's blocks do")
    p.add_argument("--pack", type=Path, required=True, help="folder of the pack that ships the base")
    p.add_argument("--photos", nargs="*", default=[], help="folders or files of sharp photographs")
    p.add_argument("--pairs", nargs="*", default=[], help="folders with blur/, sharp/, pairs.tsv")
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX", help="use only pairs whose source_key starts so")
    p.add_argument("--minutes", type=float, required=True, help="wall time of the whole run")
    p.add_argument("--joint-share", type=float, default=0.8, help="of the minutes: random choices learn together, on larger cuts")
    p.add_argument("--late-batch", type=int, default=1)
    p.add_argument("--late-side", type=int, default=256)
    p.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and curve.csv")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--device", default="cpu", help="cpu or cuda")
    p.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    p.add_argument("--compile", action="store_true", help="torch.compile: faster after some minutes")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--side", type=int, default=128)
    p.add_argument("--rate", type=float, default=2e-3)
    p.add_argument("--joint-rate", type=float, default=4e-4)
    p.add_argument("--sharp-share", type=float, default=0.30)
    p.add_argument("--soft-share", type=float, default=0.65)
    p.add_argument("--check-minutes", type=float, default=15.0, help="0: none")
    p.add_argument("--most-steps", type=int, help="end after so many steps, and plan by them")
    p.set_defaults(run=run_distil)

    p = sub.add_parser("export-edge", help="add surrogates and their saliency table to a pack")
    p.add_argument("--checkpoint", type=Path, required=True, help="last.pt of distil-edge")
    p.add_argument("--pack", type=Path, required=True, help="the pack that ships the base; it is changed")
    p.add_argument("--version", required=True, help="of the changed pack")
    p.add_argument("--photos", nargs="*", default=[], help="as for distil-edge; the held-out ones are used")
    p.add_argument("--pairs", nargs="*", default=[], help="folders with blur/, sharp/, pairs.tsv")
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX")
    p.add_argument("--cuts", type=int, default=30, help="calibration pairs at most")
    p.add_argument("--random", type=int, default=150, help="random choices of all slots that the table is fitted to")
    p.add_argument("--checks", type=int, default=24, help="random choices that the table is checked on")
    p.add_argument("--threads", type=int, default=2)
    p.set_defaults(run=run_export)

    p = sub.add_parser("evaluate-edge", help="gain of chosen blocks on pairs")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--blocks", nargs="+", required=True, help="choices such as 4,0,0,1,0,4")
    p.add_argument("--pairs", type=Path, required=True, help="folder with blur/, sharp/, pairs.tsv")
    p.add_argument("--threads", type=int, default=2)
    p.set_defaults(run=run_evaluate)


def run_distil(o: argparse.Namespace) -> None:
    from ..synth.pipeline import Recipe
    from .distil import DistilOptions, Distiller

    Distiller(DistilOptions(
        pack=o.pack, photos=o.photos, pairs=o.pairs, out=o.out, minutes=o.minutes, keep_pairs=o.keep_pairs,
        recipe=Recipe.sparing(o.sharp_share, o.soft_share), resume=o.resume, device=o.device, precision=o.precision,
        compile=o.compile, seed=o.seed, batch=o.batch, side=o.side, late_share=o.joint_share,
        late_batch=o.late_batch, late_side=o.late_side, rate=o.rate,
        joint_rate=o.joint_rate, threads=o.threads, check_minutes=o.check_minutes,
        most_steps=o.most_steps,
    )).run()


def run_export(o: argparse.Namespace) -> None:
    from .export import export_edge
    from .saliency import calibration_pairs

    pairs = calibration_pairs(o.photos, o.pairs, o.keep_pairs, most=o.cuts)
    found = export_edge(o.checkpoint, o.pack, o.version, pairs, o.threads, o.checks, o.random)
    print(f"random choices: {found['choices']}, table off by {found['meanError']:.3f} dB on average, "
          f"correlation {found['correlation']:.3f}")
    for expected, measured in found["pairs"]:
        print(f"  {expected:+.3f} {measured:+.3f}")


def run_evaluate(o: argparse.Namespace) -> None:
    import json

    from ..evaluate import on_pairs, summary
    from .runner import VariantRunner

    choices = [[int(x) for x in text.split(",")] for text in o.blocks]
    for choice in choices:
        s = summary(on_pairs(VariantRunner(o.pack, choice, o.threads), o.pairs))
        print(json.dumps({"blocks": choice, **{k: round(s[k], 4) for k in ("input", "gain", "worst", "best")}}), flush=True)
