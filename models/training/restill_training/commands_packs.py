"""Commands about packs: export, parity, evaluate, card, convert, testpacks."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def register(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("export", help="write a checkpoint as a pack (restore.onnx, pack.json)")
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True, help="the pack's folder")
    p.add_argument("--float32", action="store_true", help="store weights as float32")
    p.add_argument("--version", default="1.0.0")
    p.add_argument("--average-with", type=Path, metavar="PACK", help="average the weights with those of a pack")
    p.add_argument("--share", type=float, default=0.5, help="of the checkpoint in that average")
    p.add_argument("--restraint", type=float, nargs=3, metavar=("KEEP_DB", "SHARP", "BLURRED"),
                   help="how the application spares what is sharp already, see restraint.py")
    p.set_defaults(run=run_export)

    p = sub.add_parser("parity", help="compare a pack's graph with its checkpoint")
    p.add_argument("--checkpoint", type=Path, required=True)
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--average-with", type=Path, metavar="PACK", help="as for export")
    p.add_argument("--share", type=float, default=0.5)
    p.set_defaults(run=run_parity)

    p = sub.add_parser("evaluate", help="measure a pack; prints figures, writes them with --save")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--pairs", type=Path, help="folder with blur/, sharp/, pairs.tsv")
    p.add_argument("--heldout", type=Path, help="folder written by the heldout command")
    p.add_argument("--sharp", nargs="*", default=[], help="sharp photographs to send through")
    p.add_argument("--tiles", nargs="*", default=[], help="photographs for tiles against whole")
    p.add_argument("--speed", action="store_true", help="seconds for one window")
    p.add_argument("--window", type=int, help="instead of the pack's own")
    p.add_argument("--overlap", type=int)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--save", type=Path, help="JSON file that collects the figures")
    p.set_defaults(run=run_evaluate)

    p = sub.add_parser("card", help="write card.md, its pictures and the figures in pack.json")
    p.add_argument("--pack", type=Path, required=True)
    p.add_argument("--figures", type=Path, required=True, help="what evaluate --save wrote")
    p.add_argument("--curve", type=Path, required=True, help="curve.csv of the training run")
    p.add_argument("--facts", type=Path, required=True, help="JSON: command, machine, minutes …")
    p.add_argument("--window", type=int, help="set the pack's window")
    p.add_argument("--overlap", type=int)
    p.add_argument("--tiled-db", type=float, help="set the tolerance of tiles against whole")
    p.set_defaults(run=run_card)

    p = sub.add_parser("convert", help="turn an official checkpoint into a pack")
    p.add_argument("--engine", choices=["nafnet-edge", "demoe", "adarevd"], required=True)
    p.add_argument("file", type=Path, help="the .pth file you obtained from its authors")
    p.add_argument("--classifier", type=Path, help="adarevd only: the classifier's .pth file")
    p.add_argument("--exits", help="adarevd only: which published table to take along, e.g. 'RevD-B GoPro'")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--accept-licence", action="store_true")
    p.add_argument("--float32", action="store_true", help="store weights as float32")
    p.set_defaults(run=run_convert)

    p = sub.add_parser("testpacks", help="write tiny hand-made packs for tests")
    p.add_argument("--out", type=Path, required=True)
    p.set_defaults(run=run_testpacks)


def run_export(o: argparse.Namespace) -> None:
    from .export import export_checkpoint

    export_checkpoint(o.checkpoint, o.out, not o.float32, o.version, o.average_with, o.share, o.restraint)
    for path in sorted(o.out.iterdir()):
        print(f"{path.name}  {path.stat().st_size} bytes")


def run_parity(o: argparse.Namespace) -> None:
    from .export import GRAPH, averaged, read_checkpoint, weights_of_pack
    from .parity import check

    config, weights = read_checkpoint(o.checkpoint)
    if o.average_with is not None:
        weights = averaged(weights, weights_of_pack(o.average_with), o.share)
    for name, value in check(weights, config, o.pack / GRAPH).items():
        print(f"{name}: largest difference {value:.2e}")


def run_evaluate(o: argparse.Namespace) -> None:
    from . import evaluate as ev
    from .data.sources import list_photos
    from .runner import PackRunner

    runner = PackRunner(o.pack, o.window, o.overlap, o.threads)
    print(f"window {runner.window}, overlap {runner.overlap}")
    figures: dict = {"window": runner.window, "overlap": runner.overlap}
    for name, folder, measure in (("pairs", o.pairs, ev.on_pairs),
                                  ("heldout", o.heldout, ev.on_heldout)):
        if folder is None:
            continue
        gains = measure(runner, folder)
        if name == "pairs":
            for g in gains:
                print(f"  {g.name:9s} {g.kind:24s} {g.before:6.2f} -> {g.after:6.2f}  {g.gain:+.2f}")
            figures["pairList"] = [[g.name, g.kind, g.before, g.after] for g in gains]
        figures[name] = ev.summary(gains)
        s = figures[name]
        print(f"{name}: {s['count']} pictures, input {s['input']:.2f} dB, gain {s['gain']:+.3f} dB, "
              f"worst {s['worst']:+.2f}, best {s['best']:+.2f}")
        if s["visible"]:
            v = s["visible"]
            print(f"  input below {ev.VISIBLE:g} dB: {v['count']} pictures, input {v['input']:.2f} dB, "
                  f"gain {v['gain']:+.3f} dB, worst {v['worst']:+.2f}")
        if name == "heldout":
            for kind, k in s["kinds"].items():
                print(f"  {kind:13s} {k['count']:3d}  input {k['input']:.2f}  gain {k['gain']:+.3f}  "
                      f"worst {k['worst']:+.2f}")
            print("  by size: " + ", ".join(
                f"{size} px {v['gain']:+.2f}" for size, v in s["sizes"].items()))
    for name, photos, each in (("sharp", o.sharp, ev.on_sharp),
                               ("tiles", o.tiles, ev.tiled_against_whole)):
        if not photos:
            continue
        values = each(runner, list_photos(photos))
        lowest = min(values, key=lambda v: v[1])
        mean = sum(v for _, v in values) / len(values)
        figures[name] = {"count": len(values), "mean": mean, "lowest": lowest[1]}
        print(f"{name}: {len(values)} photographs, mean {mean:.2f} dB, "
              f"lowest {lowest[1]:.2f} dB ({lowest[0]})")
    if o.speed:
        figures["secondsPerWindow"] = ev.seconds_per_tile(runner)
        print(f"one window of {runner.window} px: {figures['secondsPerWindow']:.3f} s, "
              f"{o.threads} threads")
    if o.save:
        old = json.loads(o.save.read_text("utf-8")) if o.save.exists() else {}
        o.save.write_text(json.dumps(old | figures, indent=1) + "\n", encoding="utf-8")


def run_card(o: argparse.Namespace) -> None:
    from .card import write_card

    write_card(o.pack, o.figures, o.curve, o.facts, o.window, o.overlap, o.tiled_db)


def run_convert(o: argparse.Namespace) -> None:
    from .convert import adarevd, demoe, nafnet

    if o.engine == "adarevd":
        found = adarevd.convert(o.file, o.classifier, o.exits, o.out, o.accept_licence, half=not o.float32)
        print(f"largest difference {found:.2e}")
        return
    converter = {"nafnet-edge": nafnet, "demoe": demoe}[o.engine]
    for name, value in converter.convert(o.file, o.out, o.accept_licence, half=not o.float32).items():
        print(f"{name}: largest difference {value:.2e}")


def run_testpacks(o: argparse.Namespace) -> None:
    from .adarevd.testpack import write_test_pack as write_adarevd
    from .demoe.testpack import write_test_pack
    from .edge.testpack import write_test_pack as write_edge
    from .glowdeblur.testpack import write_test_pack as write_glowdeblur
    from .osdd.testpack import write_test_pack as write_osdd
    from .testpacks import write_test_packs

    kinds = (write_test_pack, write_adarevd, write_edge, write_glowdeblur, write_osdd)
    for folder in [*write_test_packs(o.out), *(write(o.out) for write in kinds)]:
        print(folder)
