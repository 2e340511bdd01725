"""The command that trains AdaRevD packs, and what AdaRevD adds to the common ones."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

STAGES = ("decoders", "classifier", "table", "all")


def register(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("train-adarevd", help="train sub-decoders, classifier and exit table behind a frozen encoder")
    p.add_argument("--stage", choices=STAGES, default="all")
    p.add_argument("--encoder", type=Path, help="pack or checkpoint of a NAFNet whose encoder is used")
    p.add_argument("--photos", nargs="*", default=[], help="folders or files of sharp photographs")
    p.add_argument("--pairs", nargs="*", default=[], help="folders with blur/, sharp/, pairs.tsv")
    p.add_argument("--keep-pairs", nargs="*", default=[], metavar="PREFIX",
                   help="use only pairs whose source_key starts so")
    p.add_argument("--minutes", type=float, required=True, help="wall time of the sub-decoders' stage")
    p.add_argument("--classifier-minutes", type=float, default=6.0)
    p.add_argument("--classifier-batches", type=int, help="stop the classifier's stage after so many batches, resumed parts together")
    p.add_argument("--table-windows", type=int, default=600, help="training windows measured for the exit table")
    p.add_argument("--class-step", type=int, default=5, help="width of a degradation class, dB: 3, 4, 5, 6 or 10")
    p.add_argument("--out", type=Path, required=True, help="folder for checkpoints, curve.csv, table.json")
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    p.add_argument("--device", default="cpu", help="cpu or cuda")
    p.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--scenes", type=int, default=96, help="procedural scenes in the mix")
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--side", type=int, default=128)
    p.add_argument("--late-batch", type=int, default=2)
    p.add_argument("--late-side", type=int, default=256)
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--real-share", type=float, default=0.4)
    p.add_argument("--floor", type=float, default=2e-3,
                   help="squared error below which a sample counts less in the last sub-decoder's loss, a fourth of it in the one before and so on")
    p.add_argument("--hard-share", type=float, default=0.5, help="share of samples that are the more blurred of two")
    p.add_argument("--teach", type=float, default=0.8,
                   help="share of the encoder's own NAFNet as teacher in the first half of the run; 0 learns from the truth alone")
    p.add_argument("--long-share", type=float, default=0.1, help="share of camera shakes beyond 32 pixels")
    p.add_argument("--sharp-share", type=float, default=0.16, help="share of sharp samples among the synthetic ones")
    p.add_argument("--soft-share", type=float, default=0.5, help="share of these that are soft by nature")
    p.add_argument("--check-minutes", type=float, default=6.0)
    p.set_defaults(run=run_train)

    p = sub.add_parser("export-adarevd", help="write a train-adarevd run as a pack")
    p.add_argument("--run", type=Path, required=True, dest="folder", help="the --out of train-adarevd")
    p.add_argument("--out", type=Path, required=True, help="the pack's folder")
    p.add_argument("--float32", action="store_true", help="store weights as float32")
    p.add_argument("--version", default="1.0.0")
    p.add_argument("--tiled-db", type=float, default=30.0, help="promised agreement of tiles and whole, dB")
    p.add_argument("--class-quantile", type=float,
                   help="class of a window: this quantile from the most blurred on (0..1); without it, the likeliest")
    p.set_defaults(run=run_export)

    p = sub.add_parser("evaluate-adarevd", help="measure a pack by depth, class and tau; sharp photographs; seconds")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--heldout", type=Path, help="folder written by the heldout command")
    p.add_argument("--pairs", type=Path, help="folder with blur/, sharp/, pairs.tsv")
    p.add_argument("--sharp", nargs="*", default=[], help="sharp photographs to send through")
    p.add_argument("--speed", action="store_true", help="seconds a window, adaptive runs beside encoder + D-rate x decoders")
    p.add_argument("--tau", type=float, default=0.05, help="for --pairs and --sharp")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--save", type=Path, help="JSON file that collects the figures")
    p.set_defaults(run=run_evaluate)

    p = sub.add_parser("card-adarevd", help="write card.md, its pictures and the figures in pack.json")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--figures", type=Path, required=True, help="what evaluate-adarevd --save wrote")
    p.add_argument("--curve", type=Path, required=True, help="curve.csv of the training run")
    p.add_argument("--facts", type=Path, required=True, help="JSON: commands, machine, notes")
    p.set_defaults(run=run_card)


def run_card(o: argparse.Namespace) -> None:
    from .card import write_card

    write_card(o.pack, o.figures, o.curve, o.facts)


def run_evaluate(o: argparse.Namespace) -> None:
    from .. import evaluate as ev
    from ..data.sources import list_photos
    from . import evaluate as own
    from .runner import AdaRevDRunner

    runner = AdaRevDRunner(o.pack, o.tau, threads=o.threads)
    figures: dict = {"threads": o.threads}
    if o.heldout is not None:
        pictures = own.pairs_of(o.heldout, None)["heldout"]
        windows = [w for blur, sharp in pictures for w in own.measure(runner, blur, sharp)]
        figures["heldout"] = own.summary(windows, runner.gains, runner.costs)
        own.report("heldout", figures["heldout"])
        if o.speed:
            taus = sorted({*own.TIMED, own.fastest_harmless(figures["heldout"]["sweep"])["tau"]})
            figures["timing"] = own.timing(runner, [blur for blur, _ in pictures], tuple(taus))
            print(json.dumps(figures["timing"], indent=1))
    if o.pairs is not None:
        runner.tau, runner.depth = o.tau, None
        gains = ev.on_pairs(runner, o.pairs)
        figures["pairList"] = [[g.name, g.kind, g.before, g.after] for g in gains]
        figures["pairs"] = ev.summary(gains)
        runner.depth = runner.sub_decoders
        figures["pairs"]["fullGain"] = ev.summary(ev.on_pairs(runner, o.pairs))["gain"]
        p = figures["pairs"]
        print(f"pairs: {p['count']}, gain {p['gain']:+.3f} dB, worst {p['worst']:+.2f}, all sub-decoders {p['fullGain']:+.3f}")
    if o.sharp:
        runner.tau, runner.depth = o.tau, None
        values = ev.on_sharp(runner, list_photos(o.sharp))
        lowest = min(values, key=lambda v: v[1])
        mean = sum(v for _, v in values) / len(values)
        figures["sharp"] = {"count": len(values), "mean": mean, "lowest": lowest[1]}
        print(f"sharp: {len(values)} photographs, mean {mean:.2f} dB, lowest {lowest[1]:.2f} dB ({lowest[0]})")
    if o.save:
        old = json.loads(o.save.read_text("utf-8")) if o.save.exists() else {}
        o.save.write_text(json.dumps(old | figures, indent=1) + "\n", encoding="utf-8")


def run_export(o: argparse.Namespace) -> None:
    from .export import export_run

    for name, value in export_run(o.folder, o.out, not o.float32, o.tiled_db, o.version, o.class_quantile).items():
        print(f"{name}: largest difference {value:.2e}")
    for path in sorted(o.out.iterdir()):
        print(f"{path.name}  {path.stat().st_size if path.is_file() else 0} bytes")


def run_train(o: argparse.Namespace) -> None:
    from ..synth.pipeline import Recipe
    from .train import DecoderOptions, DecoderTrainer

    recipe = replace(Recipe.sparing(o.sharp_share, o.soft_share), long_share=o.long_share)
    material = None
    if o.stage in ("decoders", "all"):
        trainer = DecoderTrainer(DecoderOptions(
            photos=o.photos, pairs=o.pairs, out=o.out, minutes=o.minutes, encoder=o.encoder,
            keep_pairs=o.keep_pairs, resume=o.resume, device=o.device, precision=o.precision,
            threads=o.threads, seed=o.seed, scenes=o.scenes, batch=o.batch,
            side=o.side, late_batch=o.late_batch, late_side=o.late_side, rate=o.rate,
            real_share=o.real_share, check_minutes=o.check_minutes, floor=o.floor, teach=o.teach, hard_share=o.hard_share, recipe=recipe,
        ))
        material = trainer.run()
        if trainer.stop:
            return
    if o.stage == "decoders":
        return
    from .classifier import ClassifierOptions, train_classifier
    from .table import measure_table

    options = ClassifierOptions(
        photos=o.photos, pairs=o.pairs, out=o.out, minutes=o.classifier_minutes, encoder=o.encoder,
        keep_pairs=o.keep_pairs, resume=o.resume, device=o.device, threads=o.threads, seed=o.seed,
        scenes=o.scenes, real_share=o.real_share, class_step=o.class_step, recipe=recipe, most_steps=o.classifier_batches,
    )
    if o.stage in ("classifier", "all"):
        material = train_classifier(options, material)
    if o.stage in ("table", "all"):
        measure_table(options, o.table_windows, material)
