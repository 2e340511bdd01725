"""Writes a DeMoE pack's card: what it was trained on, who is best at what, how far it goes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from ..nets.demoe_router import EXPERTS
from ..packfile import describe_again
from ..samples.garden import flower_bed
from ..samples.night import harbour_night
from ..samples.paint import typeface
from ..samples.shelf import bookshelf
from ..samples.street import street_sign
from ..samples.town import canal_houses
from ..synth.kernels import MARGIN
from .evaluate import leads_of
from .export import DeMoEPack
from .kinds import make_sample

SIDE = 256
# kind, scene, size in pixels, seed, top left of the cut, the expert shown for comparison
SHOWN = (
    ("defocus", flower_bed, 3.0, 5, (340, 860), "synth_motion"),
    ("global_motion", street_sign, 12.0, 5, (700, 340), "synth_motion"),
    ("local_motion", canal_houses, 18.0, 4, (700, 560), "global_motion"),
    ("synth_motion", bookshelf, 9.0, 8, (120, 480), "global_motion"),
    ("low_light", harbour_night, 14.0, 3, (400, 260), "defocus"),
)


def write_pictures(folder: Path) -> list[tuple[str, str]]:
    """Writes `pictures/*.jpg` into the pack's folder; returns (file, caption) in order."""
    pack = DeMoEPack(folder)
    (folder / "pictures").mkdir(exist_ok=True)
    found = []
    for kind, scene, size, seed, (top, left), other in SHOWN:
        pixels = scene(np.random.default_rng(5))
        cut = pixels[top - MARGIN : top + SIDE + MARGIN, left - MARGIN : left + SIDE + MARGIN]
        picture = torch.from_numpy(np.ascontiguousarray(cut)).permute(2, 0, 1).float() / 255
        generator = torch.Generator().manual_seed(seed)
        moving = picture.flip(2)
        blurred, sharp = make_sample(kind, picture, moving, np.random.default_rng(seed), generator, size)
        image = blurred.numpy()
        encoded = pack.encode(image)
        answers = [pack.decode(image, encoded, np.float32([name == e for e in EXPERTS])) for name in (kind, other)]
        likely = pack.survey(image)
        _strip([image, *answers, sharp.numpy()], ("blurred", f"expert {kind}", f"expert {other}", "original")).save(
            folder / "pictures" / f"{kind}.jpg", quality=90, subsampling=0, optimize=True)
        found.append((f"{kind}.jpg", f"{kind}, {size:g} px. The router says {EXPERTS[int(likely.argmax())]} "
                      f"({likely.max():.0%})."))
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


def write_card(pack: Path, figures: Path, curve: Path, facts: Path) -> None:
    """Writes card.md and pictures/, then pack.json with the figures and fresh hashes.

    `figures` is what `evaluate-demoe --save` wrote (its draws, of as many pictures each, are pooled), `curve` the run's curve.csv, `facts` a JSON with
    `intro`, `train`, `measure` (lists of lines), `run`, `data`, `limits` (texts), `notes` (sentences) and
    `figures` (further entries for pack.json).
    """
    m = json.loads(figures.read_text("utf-8"))
    known = json.loads(facts.read_text("utf-8"))
    with open(curve, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    shown = write_pictures(pack)
    manifest = json.loads((pack / "pack.json").read_text("utf-8"))
    (pack / "card.md").write_text(_text(manifest, m, known, rows, shown), encoding="utf-8")
    describe_again(pack, _figures(m) + known.get("figures", []))


def _figures(m: dict[str, Any]) -> list[dict[str, Any]]:
    group = "heldout-kinds"
    out = [{"set": group, "name": "routerAccuracy", "value": round(m["accuracy"], 4), "unit": "share"},
           {"set": group, "name": "routerAccuracyOnPhotos", "value": round(m["accuracyOnPhotos"], 4), "unit": "share"},
           {"set": group, "name": "leastLeadDb", "value": round(min(min(draw["leads"]) for draw in m["draws"]), 4), "unit": "dB"}]
    matrix, blurred = _pooled(m["draws"], "matrix"), _pooled(m["draws"], "input")
    for kind, name in enumerate(EXPERTS):
        gain = float(matrix[kind][kind] - blurred[kind])
        out.append({"set": group, "name": f"gainDb.{name}", "value": round(gain, 3), "unit": "dB"})
    return out


def _pooled(draws: list[dict[str, Any]], key: str) -> np.ndarray:
    return np.mean([draw[key] for draw in draws], axis=0)


def _by_size(draws: list[dict[str, Any]], name: str) -> dict[str, float]:
    return {size: float(np.mean([draw["gainBySize"][name][size] for draw in draws])) for size in draws[0]["gainBySize"][name]}


def _text(manifest: dict[str, Any], m: dict[str, Any], known: dict[str, Any], rows: list[dict[str, str]],
          shown: list[tuple[str, str]]) -> str:
    a = manifest["architecture"]
    seconds, draws = m["secondsByExperts"], m["draws"]
    lines = [
        f"# {manifest['title']}", "", *known["intro"], "",
        f"{a['parameters']:,} parameters, of which {a['parametersWithOneExpert']:,} work with one expert: width "
        f"{a['width']}, blocks {','.join(map(str, a['encoderBlocks']))} / {a['middleBlocks']} / "
        f"{','.join(map(str, a['decoderBlocks']))} and five experts after the middle and after every decoder "
        f"stage, space-to-depth stem {a['stem']}.", "",
        "## Who is best at what", "",
        f"PSNR in dB, {sum(draw['perKind'] for draw in draws)} held-out pictures of 256x256 of each kind, every picture through "
        f"every expert; the best of each row in bold. The lead of the own expert over the best other one, of all and of each of "
        f"the {len(draws)} draws that they come from.", "",
        "| kind of blur | input | " + " | ".join(EXPERTS) + " | lead | " + " | ".join(f"draw {d['seed']}" for d in draws) + " |",
        "| --- | ---: |" + " ---: |" * (len(EXPERTS) + 1 + len(draws)),
    ]
    matrix, blurred = _pooled(draws, "matrix"), _pooled(draws, "input")
    for kind, name in enumerate(EXPERTS):
        row = matrix[kind]
        cells = [f"**{v:.2f}**" if v == max(row) else f"{v:.2f}" for v in row]
        leads = [f"{v:+.3f}" for v in (leads_of(matrix)[kind], *(draw["leads"][kind] for draw in draws))]
        lines.append(f"| {name} | {blurred[kind]:.2f} | " + " | ".join([*cells, *leads]) + " |")
    for key, pictures in (("OnPhotos", f"{m['perKind']} photos of 448x448 of each kind"), ("", f"{m['perKind']} cuts of 256x256 of each kind")):
        lines += ["", f"The router, asked as the application asks it, names the right kind for {m['accuracy' + key]:.1%} "
                  f"of {pictures}:", "",
                  "| kind of blur | " + " | ".join(EXPERTS) + " |", "| --- |" + " ---: |" * len(EXPERTS)]
        for kind, name in enumerate(EXPERTS):
            lines.append(f"| {name} | " + " | ".join(map(str, m["confusion" + key][kind])) + " |")
    lines += ["", "Routed automatically, by the number of experts asked (PSNR, dB):", "",
              "| kind of blur | " + " | ".join(f"k = {k}" for k in range(1, 6)) + " |", "| --- |" + " ---: |" * 5]
    for kind, name in enumerate(EXPERTS):
        lines.append(f"| {name} | " + " | ".join(f"{v:.2f}" for v in m["routedByK"][kind]) + " |")
    lines += ["", "Gain of the right expert by size of the blur: " + "; ".join(
        f"{name} " + ", ".join(f"{s} px {g:+.2f} dB" for s, g in by.items()) for name, by in ((name, _by_size(draws, name)) for name in EXPERTS)) + ".",
        "", f"One window of 384x384 takes {seconds[0]:.3f} s with one expert and {seconds[4]:.3f} s with all five "
        f"({', '.join(f'{s:.3f}' for s in seconds)}).", "",
        *[f"- {note}" for note in known.get("notes", [])],
        "", "Printed by:", "", "```sh", *known["measure"], "```", "", "## Training", "", known["run"], "",
        "```sh", *known["train"], "```", "",
        "Gain of each kind's own expert on a few held-out pictures during the run, dB, and the router's accuracy:", "",
        "| minutes | steps | phase | " + " | ".join(EXPERTS) + " | router |",
        "| ---: | ---: | --- |" + " ---: |" * (len(EXPERTS) + 1)]
    for row in rows:
        gains = " | ".join(f"{float(row[f'{name}_gain']):+.2f}" for name in EXPERTS)
        lines.append(f"| {float(row['minutes']):.0f} | {row['step']} | {row['phase']} | {gains} | {float(row['accuracy']):.0%} |")
    lines += ["", "## Data", "", *known["data"], "", "## How far it goes", "", *known["limits"], "", "## Pictures", "",
              "Our own rendered scenes, blurred by the synthesis of each kind, cuts at 100 %.", ""]
    for name, caption in shown:
        lines += [f"![{caption}](pictures/{name})", "", caption, ""]
    lines += ["## Licence", "", "MIT, weights and pictures alike. The photographs listed under Data keep their own "
              "licences; none of them is part of this pack."]
    return "\n".join(lines) + "\n"
