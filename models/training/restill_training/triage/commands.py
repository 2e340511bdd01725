"""Commands of the blur report: triage-folder, fit-triage."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(sub: argparse._SubParsersAction) -> None:
    p = sub.add_parser("triage-folder", help="write a mixed folder of sharp and blurred photographs of known kinds")
    p.add_argument("--photos", nargs="+", required=True, help="folders or files of sharp photographs")
    p.add_argument("--whole", action="store_true", help="the photographs themselves, whole, without the held-out ones: all sharp")
    p.add_argument("--only", nargs="*", default=[], metavar="STEM", help="use only these photographs")
    p.add_argument("--scenes", nargs=2, type=int, default=(0, 0), metavar=("FROM", "TO"), help="seeds of drawn scenes")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--per-kind", type=int, default=40)
    p.add_argument("--side", type=int, default=384)
    p.add_argument("--seed", type=int, default=1)
    p.set_defaults(run=run_folder)

    p = sub.add_parser("fit-triage", help="fit the blur report's figures to what the application measured")
    p.add_argument("--kinds-from", nargs="+", type=Path, required=True, help="mixed folders with reports.jsonl")
    p.add_argument("--gains-from", nargs="+", type=Path, required=True, help="those that have eval-ENGINE.jsonl as well")
    p.add_argument("--check", nargs="*", type=Path, default=[], help="folders of other sources, to say how good it is")
    p.add_argument("--packs", type=Path, required=True, help="folder of the packs that the gains were measured with")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--version", type=int, default=1, help="as blurReportVersion in src/shared/blur-report.ts")
    p.set_defaults(run=run_fit)


def run_folder(o: argparse.Namespace) -> None:
    from .folder import write_folder, write_whole

    count = write_whole(o.photos, o.out) if o.whole else write_folder(o.photos, o.only, range(*o.scenes), o.out, o.per_kind, o.side, o.seed)
    print(f"{count} photographs in {o.out}")


def run_fit(o: argparse.Namespace) -> None:
    from .write import fit_and_write

    names = [("--kinds-from", o.kinds_from), ("--gains-from", o.gains_from), ("--check", o.check)]
    folders = " ".join(f"{option} {' '.join(f.name for f in given)}" for option, given in names if given)
    command = f"python -m restill_training fit-triage {folders} --packs {o.packs.name} --out {o.out.name}"
    fit_and_write(o.kinds_from, o.gains_from, o.check, o.packs, o.out, o.version, command)
