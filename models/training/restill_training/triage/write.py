"""Fits, prints how good it is on photographs that nothing was fitted on, and writes `triage.json`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from .data import Photo, kind_numbers, read_folder
from .fit import BLURRED_FROM, Net, Scale, balanced, confusion, decide, fit_gain, fit_kinds, probabilities, rank_correlation
from .folder import KINDS

HIDDEN, DECAY, STEPS = 16, 2.0, 400
GAIN_HIDDEN, GAIN_DECAY, GAIN_STEPS = 12, 3.0, 200


def fit_and_write(kinds_from: list[Path], gains_from: list[Path], checks: list[Path], packs: Path, out: Path,
                  version: int, command: str) -> None:
    folders = {folder: read_folder(folder) for folder in {*kinds_from, *gains_from, *checks}}
    photos = [p for folder in kinds_from for p in folders[folder]]
    gain_photos = [p for folder in gains_from for p in folders[folder] if p.kind != "sharp"]
    names = list(photos[0].measures)
    judges = {}
    for judge, inputs in (("withRouter", names), ("alone", [n for n in names if not n.startswith("router.")])):
        scale = Scale.of(photos, inputs)
        kinds, said = fit_kinds(photos, scale, HIDDEN, DECAY, STEPS)
        print(f"{judge}: {len(photos)} photographs, balanced accuracy over folds {balanced(kind_numbers(photos), decide(said)):.3f}")
        for folder in checks:
            _report_kinds(folder, folders[folder], kinds, scale)
        gains = {}
        for pack in sorted(packs.glob("*/pack.json")):
            manifest = json.loads(pack.read_text(encoding="utf-8"))
            engine = manifest["engine"]
            if not any(engine in p.gains for p in gain_photos):
                continue
            gain, spread, expected, real = fit_gain(gain_photos, scale, engine, GAIN_HIDDEN, GAIN_DECAY, GAIN_STEPS)
            print(f"  {manifest['id']}: {len(real)} pairs, mean gain {real.mean():+.2f} dB, Spearman over folds "
                  f"{rank_correlation(expected, real):.3f}, spread {spread[0]:.2f} + {spread[1]:.2f} |gain|")
            for folder in checks:
                _report_gain(folder, folders[folder], engine, gain, scale, spread)
            gains[manifest["id"]] = {"engine": engine, "version": manifest["version"], "net": gain.layers(), "spread": [round(s, 4) for s in spread]}
        judges[judge] = {
            "inputs": inputs, "mean": np.round(scale.mean, 5).tolist(), "deviation": np.round(scale.deviation, 5).tolist(),
            "kinds": kinds.layers(), "blurredFrom": list(BLURRED_FROM), "gains": gains,
        }
    out.write_text(json.dumps({"version": version, "command": command, **judges}, separators=(",", ":")) + "\n", encoding="utf-8")


def _report_kinds(folder: Path, photos: list[Photo], kinds: Net, scale: Scale) -> None:
    said = decide(probabilities(kinds(scale.apply(photos))))
    truth = kind_numbers(photos)
    print(f"  {folder.name}: {len(photos)} photographs, balanced accuracy {balanced(truth, said):.3f}")
    print(f"    {'':10s}" + "".join(f"{kind:>10s}" for kind in KINDS))
    for kind, row in zip(KINDS, confusion(truth, said)):
        print(f"    {kind:10s}" + "".join(f"{count:10d}" for count in row))


def _report_gain(folder: Path, photos: list[Photo], engine: str, net: Net, scale: Scale, spread: tuple[float, float]) -> None:
    known = [p for p in photos if engine in p.gains and p.kind != "sharp"]
    if len(known) < 5:
        return
    expected = net(scale.apply(known))[:, 0]
    real = np.array([p.gains[engine] for p in known])
    within = np.abs(expected - real) <= spread[0] + spread[1] * np.abs(expected)
    print(f"    {folder.name}: {len(known)} pairs, Spearman {rank_correlation(expected, real):.3f}, mean error "
          f"{np.abs(expected - real).mean():.2f} dB, {within.mean():.0%} within the spread")
