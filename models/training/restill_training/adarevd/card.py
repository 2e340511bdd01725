"""Writes an AdaRevD pack's card: gain by depth and class, what stopping early costs, how far it goes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ..card_text import ATTRIBUTION, LIMITS
from ..evaluate import as_float, as_pixels
from ..packfile import describe_again
from ..pictures import write_pictures
from ..samples.paint import typeface
from ..samples.photographs import blurred
from ..samples.street import street_sign
from .evaluate import SMALL_LOSS, fastest_harmless
from .runner import AdaRevDRunner

CARD_TAUS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
SHOWN_DEPTHS = (1, 2, 4)
# Groups of windows whose gains the run wrote down; hard: the two most blurred classes of the others.
CURVES = ("real", "synthetic", "hard")


def write_card(pack: Path, figures: Path, curve: Path, facts: Path) -> None:
    """Writes card.md and pictures/, then pack.json with the figures and fresh hashes.

    `figures` is what `evaluate-adarevd --save` wrote, `curve` the run's curve.csv, `facts` a JSON with `train`,
    `measure` (lists of lines), `run` (text) and `notes` (sentences).
    """
    m = json.loads(figures.read_text("utf-8"))
    known = json.loads(facts.read_text("utf-8"))
    with open(curve, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    runner = AdaRevDRunner(pack)
    shown = [*write_pictures(pack, runner), _depths(runner, pack / "pictures")]
    manifest = json.loads((pack / "pack.json").read_text("utf-8"))
    (pack / "card.md").write_text(_text(manifest, m, known, rows, shown), encoding="utf-8")
    describe_again(pack, _figures(m))


def _depths(runner: AdaRevDRunner, folder: Path) -> tuple[str, str]:
    """One window of a scene of ours after several depths."""
    sharp = street_sign(np.random.default_rng(5))
    top, left, side = 720, 360, runner.window
    cut = (slice(top, top + side), slice(left, left + side))
    soft = blurred(sharp, "shake", 10, 5)[cut]
    opened = runner.open(as_float(soft))
    cuts = [soft, *[as_pixels(runner.deepen(opened, d)) for d in SHOWN_DEPTHS], sharp[cut]]
    labels = ["blurred", *[f"after {d}" for d in SHOWN_DEPTHS], "original"]
    gap, head = 6, 24
    sheet = Image.new("RGB", ((side + gap) * len(cuts) - gap, side + head), (24, 24, 26))
    draw = ImageDraw.Draw(sheet)
    for i, (pixels, label) in enumerate(zip(cuts, labels)):
        sheet.paste(Image.fromarray(pixels), (i * (side + gap), head))
        draw.text((i * (side + gap) + 6, 5), label, font=typeface(13, False), fill=(220, 220, 220))
    sheet.save(folder / "depths.jpg", quality=90, subsampling=0, optimize=True)
    return "depths.jpg", "Camera shake of 10 pixels after one, two and four sub-decoders."


def _figures(m: dict[str, Any]) -> list[dict[str, Any]]:
    held, pairs, sharp = m["heldout"], m["pairs"], m["sharp"]
    at = next(row for row in held["sweep"] if row["tau"] == 0.05)
    found = [
        ("validation", "gainDb", pairs["gain"], "dB"), ("validation", "worstGainDb", pairs["worst"], "dB"),
        ("sharp", "psnrDb", sharp["mean"], "dB"), ("sharp", "lowestPsnrDb", sharp["lowest"], "dB"),
        ("heldout-windows", "classifierAccuracy", held["accuracy"], "share"),
        ("heldout-windows", "dRate", at["dRate"], "share"), ("heldout-windows", "gainDb", at["gain"], "dB"),
    ]
    found += [("heldout-windows", f"gainDb.{d}", g, "dB") for d, g in enumerate(held["gainByDepth"], 1)]
    return [{"set": s, "name": n, "value": round(v, 3), "unit": u} for s, n, v, u in found]


def _class_names(edges: list[float]) -> list[str]:
    middle = [f"{a:g} to {b:g}" for a, b in zip(edges, edges[1:])]
    return [f"up to {edges[0]:g}", *middle, f"above {edges[-1]:g}"]


def _harmless(best: dict[str, Any], runs: list[dict[str, Any]]) -> str:
    if best["loss"] > SMALL_LOSS:
        return f"Every tau loses more than {SMALL_LOSS} dB: windows that are taken for sharp ones run nothing at any."
    faster = next((f", {run['speedUp']:.2f} times as fast as running everything" for run in runs if run["tau"] == best["tau"]), "")
    return f"The largest tau that loses at most {SMALL_LOSS} dB is {best['tau']:.2f}, at a D-rate of {best['dRate']:.1%}{faster}."


def _classifier(held: dict[str, Any], table: dict[str, Any]) -> str:
    likeliest, ruled = held["sharper"]
    text = (f"The classifier's likeliest class is right for {held['accuracy']:.1%} of the held-out windows, and right or a neighbour for "
            f"{held['withinOne']:.1%}; {likeliest:.1%} are less blurred to it than they are.")
    if "classQuantile" not in table:
        return text
    return (f"{text} So a window's class is not the likeliest but the first that, with all more blurred ones, has a probability of "
            f"{table['classQuantile']:g}: {ruled:.1%} are then taken for less blurred than they are.")


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _text(manifest: dict[str, Any], m: dict[str, Any], known: dict[str, Any], rows: list[dict[str, str]],
          shown: list[tuple[str, str]]) -> str:
    a, table = manifest["architecture"], manifest["tables"]["exits"]
    held, pairs, sharp, timed = m["heldout"], m["pairs"], m["sharp"], m["timing"]
    k, names = a["subDecoders"], _class_names(table["classEdgesDb"])
    depths = [f"after {d}" for d in range(1, k + 1)]
    best = fastest_harmless(held["sweep"])
    lines = [
        f"# {manifest['title']}", "",
        f"An AdaRevD of {a['parameters'] + a['classifierParameters']:,} parameters: the frozen encoder of nafnet-edge-mini "
        f"(width {a['encoderWidth']}, blocks {','.join(map(str, a['encoderBlocks']))}/{a['middleBlocks']}, space-to-depth "
        f"stem {a['stem']}), {k} reversible sub-decoders of widths {','.join(map(str, a['decoderWidths']))} that begin at "
        f"levels {','.join(map(str, a['starts']))} (0 is the coarsest), all but the first {a['plain']} with spectral "
        f"branches, and a classifier of {a['classifierParameters']:,}. It takes off camera shake and soft focus, works longer on the parts that need "
        "it, and leaves alone what is sharp.", "",
        f"On {pairs['count']} real pairs it gains {pairs['gain']:+.2f} dB on average (worst {pairs['worst']:+.2f}, best "
        f"{pairs['best']:+.2f}) at tau 0.05; running all sub-decoders everywhere {pairs['fullGain']:+.2f}. Modest gains: see "
        "the figures and the pictures before you rely on it.", "",
        "## What every sub-decoder adds", "",
        f"Mean gain in dB over the blurred window, {held['windows']} held-out windows of {manifest['size']['window']} pixels "
        f"(input {held['input']:.2f} dB), by degradation class: PSNR in dB between the blurred and the sharp window.", "",
        _row("class", "windows", *depths, "last over first"), _row("---", *["---:"] * (k + 2)),
    ]
    for row in held["byClass"]:
        g = row["gainByDepth"]
        lines.append(_row(names[row["class"]], row["windows"], *[f"{v:+.3f}" for v in g], f"{g[-1] - g[0]:+.3f}"))
    g = held["gainByDepth"]
    lines.append(_row("all", held["windows"], *[f"{v:+.3f}" for v in g], f"{g[-1] - g[0]:+.3f}"))
    lines += ["", "The table in the pack, measured on training windows: gain of every sub-decoder over the one before.", "",
              _row("class", "windows", *[f"sub-decoder {d}" for d in range(1, k + 1)]), _row("---", *["---:"] * (k + 1))]
    for name, count, gains in zip(names, table["windows"], table["gainsDb"]):
        lines.append(_row(name, count, *[f"{v:+.3f}" for v in gains]))
    lines += ["", _classifier(held, table), "",
              "## What stopping early costs", "",
              _row("tau", "exits by class", "D-rate", "gain dB", "loss dB", "loss by likeliest class", "windows by exit, 0 first"),
              _row("---:", "---", "---:", "---:", "---:", "---:", "---")]
    for row in held["sweep"]:
        if row["tau"] in CARD_TAUS:
            lines.append(_row(f"{row['tau']:.2f}", " ".join(map(str, row["exits"])), f"{row['dRate']:.1%}",
                              f"{row['gain']:+.3f}", f"{row['loss']:+.3f}", f"{row['lossOfLikeliest']:+.3f}", " ".join(map(str, row["windowsByExit"]))))
    lines += ["", f"Loss is against running all sub-decoders everywhere. D-rate is the share of the sub-decoders' work that is done; "
              f"they do {', '.join(f'{c:.0%}' for c in table['costs'])} of it. {_harmless(best, timed['runs'])}", "",
              f"Seconds a window ({timed['windows']} windows, {m['threads']} thread{'s' if m['threads'] > 1 else ''} of two shared "
              f"x86-64 cores, processor time): encoder and classifier {timed['encoder']:.3f}, all sub-decoders {timed['decoders']:.3f}.", "",
              _row("tau", "D-rate", "seconds", "encoder + D-rate x sub-decoders", "ratio", "speed-up"),
              _row(*["---:"] * 6)]
    for row in timed["runs"]:
        lines.append(_row(f"{row['tau']:.2f}", f"{row['dRate']:.1%}", f"{row['seconds']:.3f}", f"{row['expected']:.3f}",
                          f"{row['ratio']:.2f}", f"{row['speedUp']:.2f}"))
    lines += ["", f"- Sharp photographs come back at {sharp['mean']:.1f} dB to themselves on average, the lowest at "
              f"{sharp['lowest']:.1f} dB ({sharp['count']} photographs, PSNR capped at 99).",
              *[f"- {note}" for note in known.get("notes", [])], "",
              "Every validation pair at tau 0.05:", "",
              _row("pair", "source", "blurred", "restored", "gain dB"), _row("---", "---", "---:", "---:", "---:")]
    for name, source, before, after in m["pairList"]:
        lines.append(_row(name, source, f"{before:.2f}", f"{after:.2f}", f"{after - before:+.2f}"))
    lines += ["", "Printed by:", "", "```sh", *known["measure"], "```", "", "## Training", "", known["run"], "",
              "```sh", *known["train"], "```", "",
              "Gain in dB after every sub-decoder on open held-out windows during the run (hard: the two most blurred classes of both):", "",
              _row("minutes", "steps", *[f"{s} {d}" for s in CURVES for d in range(1, k + 1)]), _row(*["---:"] * (2 + len(CURVES) * k))]
    for row in rows:
        cells = [f"{float(row[f'{s}_{d}']):+.2f}" for s in CURVES for d in range(1, k + 1)]
        lines.append(_row(f"{float(row['minutes']):.0f}", row["step"], *cells))
    lines += ["", "## Data", "", ATTRIBUTION, "", "## How far it goes", "", LIMITS, "", "## Pictures", "",
              "Our own rendered scenes, cuts at 100 %: blurred, restored at tau 0.05, original.", ""]
    for name, caption in shown:
        lines += [f"![{caption}](pictures/{name})", "", caption, ""]
    lines += ["## Licence", "", "MIT, weights and pictures alike. The photographs listed under Data keep their own "
              "licences; none of them is part of this pack."]
    return "\n".join(lines) + "\n"
