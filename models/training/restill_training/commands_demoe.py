"""Commands of the DeMoE packs: train-demoe, polish-demoe, export-demoe, evaluate-demoe, card-demoe."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path


def register(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("train-demoe", help="train a mixture-of-experts pack on top of a nafnet-edge pack")
    p.add_argument("--base", type=Path, required=True, help="folder of the nafnet-edge pack to start from")
    p.add_argument("--photos", nargs="*", default=[], help="folders or files of sharp photographs")
    p.add_argument("--pairs", nargs="*", default=[], help="folders with blur/, sharp/, pairs.tsv")
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX",
                   help="use only pairs whose source_key starts so")
    p.add_argument("--minutes", type=float, required=True, help="wall time of the whole run")
    p.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curve.csv")
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    p.add_argument("--device", default="cpu", help="cpu or cuda")
    p.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    p.add_argument("--compile", action="store_true", help="torch.compile: faster after a minute")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--scenes", type=int, default=96, help="procedural scenes in the mix")
    p.add_argument("--per-kind", type=int, default=1, help="samples of each kind in a batch")
    p.add_argument("--side", type=int, default=128)
    p.add_argument("--late-per-kind", type=int, default=1)
    p.add_argument("--late-side", type=int, default=160)
    p.add_argument("--rate", type=float, default=8e-4, help="peak learning rate of experts and router")
    p.add_argument("--shared-rate", type=float, default=5e-4, help="peak learning rate of everything else")
    p.add_argument("--refit-share", type=float, default=0.2,
                   help="last part of the time, in which the router alone is fitted to the finished network")
    p.add_argument("--check-minutes", type=float, default=6.0)
    p.add_argument("--most-steps", type=int, help="stop after so many steps")
    p.set_defaults(run=run_train)

    p = sub.add_parser("polish-demoe", help="train experts of a finished network further, each on its own kind")
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True, help="folder for the checkpoint last.pt and curve.csv")
    p.add_argument("--experts", nargs="+", required=True, metavar="EXPERT", help="they learn in turn, as often as they are named")
    p.add_argument("--start-from", nargs="+", default=[], metavar="EXPERT[=SHARE]",
                   help="the expert whose weights the only one named begins with, or several whose weighted mean it begins with")
    p.add_argument("--most-steps", type=int, help="end after so many steps, and plan by them; 0 writes what it begins with")
    p.add_argument("--minutes", type=float, default=math.inf, help="wall time of the whole run; it ends at whichever comes first")
    p.add_argument("--processor-time", action="store_true", help="count the processor's minutes instead: other work shares the machine")
    p.add_argument("--photos", nargs="*", default=[])
    p.add_argument("--pairs", nargs="*", default=[])
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX")
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--side", type=int, default=128)
    p.add_argument("--late-batch", type=int, default=2)
    p.add_argument("--late-side", type=int, default=192)
    p.add_argument("--late-share", type=float, default=0.3, help="of the run, on fewer and larger cuts")
    p.add_argument("--rate", type=float, default=4e-4, help="peak learning rate")
    p.add_argument("--soft-share", type=float, default=0.0, help="share of samples of pictures that are soft by nature")
    p.add_argument("--clean-share", type=float, default=0.0, help="share of samples of the grainy kinds without blur or grain")
    p.add_argument("--device", default="cpu", help="cpu or cuda")
    p.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    p.add_argument("--compile", action="store_true", help="torch.compile: faster after a minute")
    p.add_argument("--check-minutes", type=float, default=5.0, help="0: none")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    p.set_defaults(run=run_polish)

    p = sub.add_parser("export-demoe", help="write a train-demoe checkpoint as a pack")
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True, help="the pack's folder")
    p.add_argument("--float32", action="store_true", help="store weights as float32")
    p.add_argument("--version", default="1.0.0")
    p.set_defaults(run=run_export)

    p = sub.add_parser("evaluate-demoe", help="measure experts and router of a pack on held-out pictures")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--photos", nargs="+", required=True, help="folders or files; only held-out ones are used")
    p.add_argument("--unseen", action="store_true", help="take all of --photos: none of them was trained on")
    p.add_argument("--draws", type=int, nargs="*", default=[60_311], metavar="SEED", help="an expert matrix for each of these draws of pictures")
    p.add_argument("--routing", action="store_true", help="the router's confusion, and blends of the k likeliest experts")
    p.add_argument("--per-kind", type=int, default=24, help="pictures of each kind")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--speed", action="store_true", help="seconds by the number of active experts")
    p.add_argument("--save", type=Path, help="JSON file that collects the figures")
    p.set_defaults(run=run_evaluate)

    p = sub.add_parser("card-demoe", help="write card.md, its pictures and the figures in pack.json")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--figures", type=Path, required=True, help="what evaluate-demoe --save wrote")
    p.add_argument("--curve", type=Path, required=True, help="curve.csv of the training run")
    p.add_argument("--facts", type=Path, required=True, help="JSON: commands, data, limits …")
    p.set_defaults(run=run_card)


def run_polish(o: argparse.Namespace) -> None:
    from .demoe.polish import Polisher, PolishOptions

    given = {key: value for key, value in vars(o).items() if key not in ("command", "run")}
    shares = {name: float(share or 1) for name, _, share in (text.partition("=") for text in o.start_from)}
    if o.most_steps is None and math.isinf(o.minutes):
        raise ValueError("say how long: --most-steps or --minutes")
    Polisher(PolishOptions(**given | {"start_from": shares})).run()


def run_export(o: argparse.Namespace) -> None:
    from .demoe.export import export_checkpoint

    figures = export_checkpoint(o.checkpoint, o.out, half=not o.float32, version=o.version)
    print(f"{sum(p.stat().st_size for p in o.out.glob('*.onnx'))} bytes of graphs; "
          f"largest difference to the network {figures['stored']:.2e}")


def run_evaluate(o: argparse.Namespace) -> None:
    from .demoe.evaluate import expert_matrix, matrix_report, router_on_photos, routing, routing_report, seconds_by_experts

    figures: dict = {}
    for seed in o.draws:
        figures.setdefault("draws", []).append(expert_matrix(o.pack, o.photos, o.per_kind, o.threads, seed, o.unseen))
        print(matrix_report(figures["draws"][-1]), flush=True)
    if o.routing:
        figures |= routing(o.pack, o.photos, o.per_kind, o.threads) | router_on_photos(o.pack, o.photos, o.per_kind, o.threads)
        print(routing_report(figures))
    if o.speed:
        figures["secondsByExperts"] = seconds_by_experts(o.pack, o.threads)
        print("seconds of a window with 1 to 5 experts: " +
              ", ".join(f"{s:.3f}" for s in figures["secondsByExperts"]))
    if o.save:
        old = json.loads(o.save.read_text("utf-8")) if o.save.exists() else {}
        o.save.write_text(json.dumps(old | figures, indent=1) + "\n", encoding="utf-8")


def run_train(o: argparse.Namespace) -> None:
    from .demoe.options import DeMoEOptions
    from .demoe.train import DeMoETrainer

    given = {key: value for key, value in vars(o).items() if key not in ("command", "run")}
    DeMoETrainer(DeMoEOptions(**given)).run()


def run_card(o: argparse.Namespace) -> None:
    from .demoe.card import write_card

    write_card(o.pack, o.figures, o.curve, o.facts)
