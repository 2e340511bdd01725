"""Commands of the GLOWDeblur packs: train-glowdeblur, export-glowdeblur, evaluate-glowdeblur, card-glowdeblur."""

from __future__ import annotations

import argparse
import json
import tempfile
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
    p.add_argument("--base", type=Path, help="folder of the nafnet-edge pack that the pre-reconstruction begins from")
    p.add_argument("--from", type=Path, dest="start_from", help="checkpoint to start from: the diffusion stages need one")
    p.add_argument("--take", type=_part, nargs="*", default=[], metavar="PART=CHECKPOINT",
                   help="parts from other checkpoints, such as motion=RUN/motion/last.pt")
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

    p = sub.add_parser("export-glowdeblur", help="write a train-glowdeblur checkpoint as a pack")
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--take", type=_part, nargs="*", default=[], metavar="PART=CHECKPOINT", help="parts from other checkpoints")
    p.add_argument("--out", type=Path, required=True, help="the pack's folder")
    p.add_argument("--float32", action="store_true", help="store weights as float32")
    p.add_argument("--version", default="1.0.0")
    p.set_defaults(run=run_export)

    p = sub.add_parser("evaluate-glowdeblur", help="measure a pack by steps, captions and motions")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--photos", nargs="+", required=True, help="sharp photographs: NIQE is fitted on those not held out")
    p.add_argument("--heldout", type=Path, help="folder written by the heldout command")
    p.add_argument("--pairs", type=Path, help="folder with blur/, sharp/, pairs.tsv")
    p.add_argument("--every", type=int, default=1, help="only every so manieth picture")
    p.add_argument("--captions", type=int, default=0, metavar="COUNT", help="heavily blurred scenes with no, the right, a wrong caption")
    p.add_argument("--motions", type=int, default=0, metavar="COUNT", help="held-out photographs under known trajectories")
    p.add_argument("--sharp", action="store_true", help="what becomes of the held-out ones among --photos")
    p.add_argument("--ablation", type=_part, nargs="*", default=[], metavar="NAME=CHECKPOINT", help="networks with fewer guides")
    p.add_argument("--speed", action="store_true", help="seconds of a window; seconds and bytes of the diffusion network by size")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--save", type=Path, help="JSON file that collects the figures")
    p.set_defaults(run=run_evaluate)

    p = sub.add_parser("card-glowdeblur", help="write card.md, its pictures and the figures in pack.json")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--figures", type=Path, required=True, help="what evaluate-glowdeblur --save wrote")
    p.add_argument("--facts", type=Path, required=True, help="JSON: commands, data, limits …")
    p.set_defaults(run=run_card)


def run_train(o: argparse.Namespace) -> None:
    from .options import GlowOptions
    from .train import GlowTrainer

    given = {key: value for key, value in vars(o).items() if key not in ("command", "run")}
    given |= {"take": dict(o.take), "without": tuple(o.without)}
    GlowTrainer(GlowOptions(**given)).run()


def run_export(o: argparse.Namespace) -> None:
    from .export import export_checkpoint
    from .train import merged

    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "merged.pt"
        merged(o.checkpoint, dict(o.take), checkpoint)
        difference = export_checkpoint(checkpoint, o.out, half=not o.float32, version=o.version)
    print(f"{sum(p.stat().st_size for p in o.out.glob('*.onnx'))} bytes of graphs; "
          f"largest difference to the network {difference:.2e}")


def run_evaluate(o: argparse.Namespace) -> None:
    from ..data.heldout import is_held_out
    from ..data.sources import list_photos
    from ..osdd.evaluate import held_out_photos, held_out_pictures, natural_model, pair_pictures
    from . import evaluate as ev

    figures = json.loads(o.save.read_text("utf-8")) if o.save and o.save.exists() else {}
    restorer = ev.Restorer(o.pack, o.threads)

    def keep(name: str, value: object) -> None:
        figures[name] = value
        print(f"{name}: {json.dumps(value)}", flush=True)
        if o.save:
            o.save.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")

    natural = natural_model(o.photos) if o.heldout or o.pairs or o.ablation else None
    held = held_out_pictures(o.heldout)[:: o.every] if o.heldout else []
    if o.heldout and natural and not o.ablation:
        keep("heldout", ev.by_steps(restorer, held, natural))
    if o.pairs and natural:
        keep("pairs", ev.by_steps(restorer, pair_pictures(o.pairs, 384)[:: o.every], natural))
    if o.ablation and natural:
        keep("ablation", ev.ablation(dict(o.ablation), held, natural))
    if o.captions:
        keep("captions", ev.captions(restorer, o.captions))
    if o.motions:
        keep("motions", ev.motions(restorer, [p for p in list_photos(o.photos) if is_held_out(p)], o.motions))
    if o.sharp:
        keep("sharp", ev.sharp_kept(restorer, held_out_photos(o.photos, 384)))
    if o.speed:
        keep("attention", ev.attention(o.pack, threads=o.threads))
        keep("seconds", ev.seconds(restorer))


def run_card(o: argparse.Namespace) -> None:
    from .card import write_card

    write_card(o.pack, o.figures, o.facts)
