"""Writes an OSDD pack's card: the sweep of gamma, the autoencoder, training, data, limits, pictures."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from ..packfile import describe_again
from ..restraint import Restraint
from ..samples.garden import flower_bed
from ..samples.paint import typeface
from ..samples.street import street_sign
from ..samples.town import canal_houses
from ..synth.kernels import MARGIN
from ..synth.pipeline import Recipe, synthesise
from .export import OsddPack

SIDE = 160
# kind, scene, size in pixels, seed, top left of the cut
SHOWN = (
    ("defocus", flower_bed, 2.5, 5, (340, 860)),
    ("shake-frames", street_sign, 12.0, 5, (700, 340)),
    ("shake", canal_houses, 22.0, 4, (700, 560)),
)
COLUMNS = (("psnr", "PSNR, dB", 2), ("niqe", "NIQE", 2), ("features", "feature distance", 4))


def write_pictures(folder: Path) -> list[tuple[str, str]]:
    """Writes `pictures/*.jpg` into the pack's folder; returns (file, caption) in order."""
    pack = OsddPack(folder)
    restraint = Restraint.from_tables(pack.pack["tables"])
    (folder / "pictures").mkdir(exist_ok=True)
    found = []
    for number, (kind, scene, size, seed, (top, left)) in enumerate(SHOWN):
        pixels = scene(np.random.default_rng(5))
        cut = pixels[top - MARGIN : top + SIDE + MARGIN, left - MARGIN : left + SIDE + MARGIN]
        picture = torch.from_numpy(np.ascontiguousarray(cut)).permute(2, 0, 1).float() / 255
        recipe = Recipe(grey_share=0.0, flat_share=0.0, noise_share=0.0, jpeg_share=0.0)
        generator = torch.Generator().manual_seed(seed)
        blurred, sharp, _ = synthesise(picture, picture, recipe, np.random.default_rng(seed), generator, kind, size)
        image = blurred.numpy()
        encoded = pack.encode(image)
        answers = [pack.decode(image, encoded, gamma) for gamma in (0.0, 0.7, 1.0)]
        answers = answers if restraint is None else [restraint.apply(image, a) for a in answers]
        name = f"{number + 1}-{kind}.jpg"
        labels = ("blurred", "gamma 0", "gamma 0.7", "gamma 1", "original")
        _strip([image, *answers, sharp.numpy()], labels).save(
            folder / "pictures" / name, quality=68, optimize=True)
        found.append((name, f"{kind}, {size:g} px"))
    return found


def _strip(cuts: list[np.ndarray], labels: tuple[str, ...]) -> Image.Image:
    gap, head = 6, 24
    sheet = Image.new("RGB", (SIDE * len(cuts) + gap * (len(cuts) - 1), SIDE + head), (24, 24, 26))
    draw = ImageDraw.Draw(sheet)
    for i, (cut, label) in enumerate(zip(cuts, labels)):
        pixels = (np.clip(cut, 0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
        sheet.paste(Image.fromarray(pixels), (i * (SIDE + gap), head))
        draw.text((i * (SIDE + gap) + 6, 5), label, font=typeface(13, False), fill=(220, 220, 220))
    return sheet


def write_card(pack: Path, figures: Path, curves: list[Path], facts: Path) -> None:
    """Writes card.md and pictures/, then pack.json with the figures and fresh hashes.

    `figures` is what `evaluate-osdd --save` wrote, `curves` the stages' curve.csv in order, `facts` a JSON with
    `intro`, `train`, `measure`, `data`, `limits` (lists of lines), `run` (text) and `notes` (sentences).
    """
    m = json.loads(figures.read_text("utf-8"))
    known = json.loads(facts.read_text("utf-8"))
    rows = []
    for path in curves:
        with open(path, encoding="utf-8", newline="") as stream:
            rows += list(csv.DictReader(stream))
    shown = write_pictures(pack)
    manifest = json.loads((pack / "pack.json").read_text("utf-8"))
    (pack / "card.md").write_text(_text(manifest, m, known, rows, shown), encoding="utf-8")
    describe_again(pack, _figures(m))


def _figures(m: dict[str, Any]) -> list[dict[str, Any]]:
    out = []
    for group, name in (("heldout", "heldout-synthetic"), ("pairs", "validation-pairs")):
        if group not in m:
            continue
        means = m[group]["means"]
        out.append({"set": name, "name": "gainDbAtGamma1", "value": round(means["1.0"]["psnr"] - means["input"]["psnr"], 3),
                    "unit": "dB"})
        out += [{"set": name, "name": f"{key}AtGamma{gamma}", "value": round(means[at][key], 3), "unit": unit}
                for gamma, at in (("0", "0.0"), ("0.7", "0.7"), ("1", "1.0")) for key, unit in (("psnr", "dB"), ("niqe", "NIQE"))]
    return out


def _sweep(title: str, m: dict[str, Any]) -> list[str]:
    names = {"input": "blurred input", "sharp": "sharp original"}
    lines = [f"{title}, {m['count']} pictures:", "", "| gamma | " + " | ".join(label for _, label, _ in COLUMNS) + " |",
             "| --- |" + " ---: |" * len(COLUMNS)]
    for name, row in m["means"].items():
        shown = names[name] if name in names else f"{float(name):g}"
        lines.append(f"| {shown} | " + " | ".join("–" if name == "sharp" and key != "niqe" else f"{row[key]:.{digits}f}"
                                                   for key, _, digits in COLUMNS) + " |")
    order = m["spearman"]
    return [*lines, "", f"Rank correlation with gamma over the five points: PSNR {order['psnr']:+.2f}, NIQE "
            f"{order['niqe']:+.2f}, feature distance {order['features']:+.2f}. Worst picture at gamma 1: "
            f"{m['worstGainAtOne']:+.2f} dB.", ""]


def _text(manifest: dict[str, Any], m: dict[str, Any], known: dict[str, Any], rows: list[dict[str, str]],
          shown: list[tuple[str, str]]) -> str:
    a = manifest["architecture"]
    lines = [
        f"# {manifest['title']}", "", *known["intro"], "",
        f"{a['parameters']:,} parameters, {a['parametersOfOneAdapter']:,} of them in either adapter (rank {a['rank']}): "
        f"autoencoder of width {a['width']} behind a space-to-depth stem of {a['stem']}, {a['latent']} latents for "
        f"{a['reduction']}x{a['reduction']} pixels; denoiser with blocks {','.join(map(str, a['trunkBlocks']))} / "
        f"{a['middleBlocks']} / {','.join(map(str, a['trunkDecoderBlocks']))} on them and a prompt of {a['tokens']} tokens.", "",
        "## Gamma", "",
        "NIQE has a model of sharp photographs fitted on our own training photographs: its figures compare with each other, "
        "not with published ones; lower is more natural. The feature distance is in the manner of LPIPS, without learned "
        "weights, on the encoder of nafnet-edge-mini.", "",
    ]
    for group, title in (("heldout", "Held-out synthetic pictures of 384x384"), ("pairs", "Middles of the real validation pairs")):
        if group in m:
            lines += _sweep(title, m[group])
    if "autoencoders" in m:
        lines += ["## Autoencoder", "",
                  "Sharp photographs that training never saw, in and out (the paper's Table 4, in small):", "",
                  "| autoencoder | mean error, of 255 | PSNR, dB | minutes | steps |", "| --- | ---: | ---: | ---: | ---: |"]
        names = {"vae": "plain, of the same size without skips", "evae": "enhanced"}
        for stage, row in m["autoencoders"].items():
            lines.append(f"| {names[stage]} | {row['mae']:.2f} | {row['psnr']:.2f} | {row['minutes']:.1f} | {row['steps']} |")
        lines.append("")
    if "sharp" in m:
        kept = "; ".join(f"gamma {float(g):g} mean {r['mean']:.1f} dB, lowest {r['lowest']:.1f} dB" for g, r in m["sharp"].items())
        lines += [f"Sharp held-out photographs through the whole, out against in: {kept}.", ""]
    if "seconds" in m:
        s = m["seconds"]
        side = manifest["size"]["window"]
        lines += [f"One window of {side}x{side} takes {s['window']:.3f} s, a moved gamma {s['movedGamma']:.3f} s of it.", ""]
    lines += [*[f"- {note}" for note in known.get("notes", [])], "", "Printed by:", "", "```sh", *known["measure"], "```", "",
              "## Training", "", known["run"], "", "```sh", *known["train"], "```", "",
              "Averaged weights on a few held-out pictures during each stage, gain in dB over the blurred input:", "",
              "| stage | minutes | steps | real pairs | synthetic | sharp in, sharp out (dB) |",
              "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for row in rows:
        lines.append(f"| {row['stage']} | {float(row['minutes']):.0f} | {row['step']} | {float(row['real_gain']):+.2f} | "
                     f"{float(row['synthetic_gain']):+.2f} | {float(row['sharp_mean']):.1f} |")
    lines += ["", "## Data", "", *known["data"], "", "## How far it goes", "", *known["limits"], "", "## Pictures", "",
              "Our own rendered scenes under synthetic blur, cuts at 100 %.", ""]
    for name, caption in shown:
        lines += [f"![{caption}](pictures/{name})", "", caption, ""]
    lines += ["## Licence", "", "MIT, weights and pictures alike. The photographs listed under Data keep their own "
              "licences; none of them is part of this pack."]
    return "\n".join(lines) + "\n"
