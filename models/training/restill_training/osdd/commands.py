"""Commands of the OSDD packs: train-osdd, export-osdd, evaluate-osdd, card-osdd."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .options import STAGES


def register(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("train-osdd", help="one stage of a one-step latent diffusion pack")
    p.add_argument("--stage", choices=STAGES, required=True)
    p.add_argument("--base", type=Path, help="vae, evae: folder of the nafnet-edge pack to start from; "
                   "base: begin the denoiser anew from that pack, in its present shape")
    p.add_argument("--from", type=Path, dest="start_from", help="other stages: checkpoint of the stage before")
    p.add_argument("--photos", nargs="*", default=[], help="folders or files of sharp photographs")
    p.add_argument("--pairs", nargs="*", default=[], help="folders with blur/, sharp/, pairs.tsv")
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX",
                   help="use only pairs whose source_key starts so")
    p.add_argument("--minutes", type=float, required=True, help="wall time of the whole run")
    p.add_argument("--processor-time", action="store_true", help="count processor time instead: for a shared machine")
    p.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curve.csv")
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    p.add_argument("--device", default="cpu", help="cpu or cuda")
    p.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    p.add_argument("--compile", action="store_true", help="torch.compile: faster after a minute")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--scenes", type=int, default=96, help="procedural scenes in the mix")
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--side", type=int, default=128)
    p.add_argument("--late-batch", type=int, default=1)
    p.add_argument("--late-side", type=int, default=256)
    p.add_argument("--rate", type=float, default=6e-4)
    p.add_argument("--adversarial", type=float, default=0.02, help="crispness: weight of the discriminator")
    p.add_argument("--check-minutes", type=float, default=5.0)
    p.add_argument("--most-steps", type=int, help="stop after so many steps")
    p.set_defaults(run=run_train)

    p = sub.add_parser("export-osdd", help="write a train-osdd checkpoint as a pack")
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True, help="the pack's folder")
    p.add_argument("--float32", action="store_true", help="store weights as float32")
    p.add_argument("--version", default="1.0.0")
    p.add_argument("--crispness", type=float, default=1.0, help="share of the crispness adapter that gamma 0 stands for")
    p.set_defaults(run=run_export)

    p = sub.add_parser("evaluate-osdd", help="measure a pack over a sweep of gamma")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--photos", nargs="+", required=True, help="sharp photographs: NIQE is fitted on those not held out")
    p.add_argument("--features", type=Path, help="folder of a nafnet-edge pack, for the distance of features")
    p.add_argument("--heldout", type=Path, help="folder written by the heldout command")
    p.add_argument("--pairs", type=Path, help="folder with blur/, sharp/, pairs.tsv")
    p.add_argument("--every", type=int, default=1, help="only every so manieth picture")
    p.add_argument("--autoencoders", type=Path, nargs="*", default=[], help="checkpoints whose autoencoders are compared")
    p.add_argument("--sharp", action="store_true", help="what becomes of the held-out ones among --photos")
    p.add_argument("--speed", action="store_true", help="seconds of a window, anew and for a moved gamma")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--save", type=Path, help="JSON file that collects the figures")
    p.set_defaults(run=run_evaluate)

    p = sub.add_parser("card-osdd", help="write card.md, its pictures and the figures in pack.json")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--figures", type=Path, required=True, help="what evaluate-osdd --save wrote")
    p.add_argument("--curves", type=Path, nargs="+", required=True, help="curve.csv of every stage, in order")
    p.add_argument("--facts", type=Path, required=True, help="JSON: commands, data, limits …")
    p.set_defaults(run=run_card)


def run_train(o: argparse.Namespace) -> None:
    from .options import OsddOptions
    from .train import OsddTrainer

    given = {key: value for key, value in vars(o).items() if key not in ("command", "run")}
    OsddTrainer(OsddOptions(**given)).run()


def run_export(o: argparse.Namespace) -> None:
    from .export import export_checkpoint

    difference = export_checkpoint(o.checkpoint, o.out, half=not o.float32, version=o.version, crispness=o.crispness)
    print(f"{sum(p.stat().st_size for p in o.out.glob('*.onnx'))} bytes of graphs; "
          f"largest difference to the network {difference:.2e}")


def run_evaluate(o: argparse.Namespace) -> None:
    from . import evaluate as ev

    figures = json.loads(o.save.read_text("utf-8")) if o.save and o.save.exists() else {}
    if o.autoencoders:
        figures["autoencoders"] = ev.autoencoders(o.autoencoders, o.photos)
        for stage, row in figures["autoencoders"].items():
            print(f"{stage}: sharp photographs come back with a mean error of {row['mae']:.3f} of 255, "
                  f"{row['psnr']:.2f} dB ({row['minutes']:.1f} minutes, {row['steps']} steps)")
    if o.heldout or o.pairs:
        natural, features = ev.natural_model(o.photos), ev.FeatureDistance(o.features)
        for name, folder, read in (("heldout", o.heldout, ev.held_out_pictures), ("pairs", o.pairs, ev.pair_pictures)):
            if folder is None:
                continue
            figures[name] = ev.sweep(o.pack, read(folder)[:: o.every], natural, features, o.threads)
            print(f"{name}: {ev.report(figures[name])}")
    if o.sharp:
        figures["sharp"] = ev.sharp_kept(o.pack, ev.held_out_photos(o.photos), o.threads)
        for gamma, row in figures["sharp"].items():
            print(f"sharp photographs at gamma {gamma}: mean {row['mean']:.2f} dB, lowest {row['lowest']:.2f} dB")
    if o.speed:
        figures["seconds"] = ev.seconds(o.pack, o.threads)
        print("seconds of a window: " + ", ".join(f"{key} {value:.3f}" for key, value in figures["seconds"].items()))
    if o.save:
        o.save.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def run_card(o: argparse.Namespace) -> None:
    from .card import write_card

    write_card(o.pack, o.figures, o.curves, o.facts)
