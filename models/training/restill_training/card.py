"""Writes a pack's card: what it was trained on, what was measured, how far it goes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from .card_text import ATTRIBUTION, LIMITS, USE
from .evaluate import VISIBLE
from .packfile import Architecture, PackFields, write_pack
from .pictures import write_pictures


def write_card(pack: Path, figures: Path, curve: Path, facts: Path, window: int | None = None,
               overlap: int | None = None, tiled_db: float | None = None) -> None:
    """Writes card.md and pictures/, then pack.json with the figures and fresh hashes.

    `figures` is what `evaluate --save` collected, `curve` the run's curve.csv, `facts` a JSON
    with `commands` (name -> command line), `machine`, `minutes` and `notes` (list of sentences).
    """
    measured = json.loads(figures.read_text("utf-8"))
    known = json.loads(facts.read_text("utf-8"))
    with open(curve, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    fields = _fields(json.loads((pack / "pack.json").read_text("utf-8")))
    fields.window = window or fields.window
    fields.overlap = overlap or fields.overlap
    fields.tiled_db = tiled_db or fields.tiled_db
    fields.figures = _figures(measured)
    write_pack(fields, pack)
    shown = write_pictures(pack)
    (pack / "card.md").write_text(_text(fields, measured, known, rows, shown), encoding="utf-8")
    write_pack(fields, pack)


def _fields(old: dict[str, Any]) -> PackFields:
    a = old["architecture"]
    return PackFields(
        id=old["id"], title=old["title"], source=old["source"], engine=old["engine"],
        version=old["version"], licence=old["licence"], tables=old["tables"],
        multiple_of=old["size"]["multipleOf"], window=old["size"]["window"],
        overlap=old["size"]["overlap"], padding=old["size"]["padding"],
        tiled_db=old["tolerance"]["tiledDb"],
        architecture=Architecture(a["width"], a["encoderBlocks"], a["middleBlocks"],
                                  a["decoderBlocks"], a["stem"], a["parameters"], a["network"]),
    )


def _figures(m: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = (
        ("validation", "gainDb", ("pairs", "gain"), "dB"),
        ("validation", "worstGainDb", ("pairs", "worst"), "dB"),
        ("heldout-synthetic", "gainDb", ("heldout", "gain"), "dB"),
        ("heldout-synthetic", "worstGainDb", ("heldout", "worst"), "dB"),
        ("heldout-synthetic-visible", "inputDb", ("heldout", "visible", "input"), "dB"),
        ("heldout-synthetic-visible", "gainDb", ("heldout", "visible", "gain"), "dB"),
        ("sharp", "psnrDb", ("sharp", "mean"), "dB"),
        ("sharp", "lowestPsnrDb", ("sharp", "lowest"), "dB"),
        ("tiles", "lowestPsnrDb", ("tiles", "lowest"), "dB"),
    )
    found = []
    for group, name, path, unit in wanted:
        value: Any = m
        for step in path:
            value = value.get(step) if value else None
        if value is not None:
            found.append({"set": group, "name": name, "value": round(value, 3), "unit": unit})
    return found


def _text(f: PackFields, m: dict[str, Any], known: dict[str, Any], rows: list[dict[str, str]],
          shown: list[tuple[str, str]]) -> str:
    a, pairs, made = f.architecture, m["pairs"], m["heldout"]
    commands = known["commands"]
    lines = [
        f"# {f.title}",
        "",
        f"A NAFNet of {a.parameters:,} parameters (width {a.width}, blocks "
        f"{','.join(map(str, a.encoder_blocks))} / {a.middle_blocks} / "
        f"{','.join(map(str, a.decoder_blocks))}, space-to-depth stem {a.stem}), trained from "
        "nothing on openly licensed photographs and on scenes of our own. It takes blur off "
        "photographs: camera shake, slight defocus, motion.",
        "",
        f"On {pairs['count']} real pairs it gains {pairs['gain']:+.2f} dB on average "
        f"(worst {pairs['worst']:+.2f}, best {pairs['best']:+.2f}). That is a visible but modest "
        "gain, well below what the large published networks reach. " + USE,
        "",
        "## Figures",
        "",
        f"PSNR over RGB, 8-bit pictures, window {f.window}, overlap {f.overlap}, onnxruntime on a "
        "CPU. None of these pictures was trained on.",
        "",
        "| set | pictures | input dB | mean gain dB | worst | best |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, s in (("validation, real pairs", pairs), ("held-out synthetic", made),
                    (f"of these, input below {VISIBLE:g} dB", made["visible"])):
        lines.append(f"| {name} | {s['count']} | {s['input']:.2f} | {s['gain']:+.2f} | "
                     f"{s['worst']:+.2f} | {s['best']:+.2f} |")
    lines += ["", "| synthetic kind | pictures | input dB | mean gain dB | worst |",
              "| --- | ---: | ---: | ---: | ---: |"]
    for kind, k in made["kinds"].items():
        lines.append(f"| {kind} | {k['count']} | {k['input']:.2f} | {k['gain']:+.2f} | "
                     f"{k['worst']:+.2f} |")
    sharp, tiles = m["sharp"], m["tiles"]
    lines += [
        "",
        f"- Sharp photographs come back at {sharp['mean']:.1f} dB to themselves on average, the "
        f"lowest at {sharp['lowest']:.1f} dB ({sharp['count']} photographs).",
        f"- Tiles and whole picture agree to {tiles['mean']:.1f} dB on average, lowest "
        f"{tiles['lowest']:.1f} dB ({tiles['count']} photographs); pack.json promises "
        f"{f.tiled_db:g} dB.",
        f"- One {f.window}x{f.window} window takes {m['secondsPerWindow']:.2f} s on two threads of "
        f"the training machine ({known['machine']}).",
        *[f"- {note}" for note in known.get("notes", [])],
        "",
        "Every validation pair:",
        "",
        "| pair | source | blurred | restored | gain dB |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for name, source, before, after in m["pairList"]:
        lines.append(f"| {name} | {source} | {before:.2f} | {after:.2f} | {after - before:+.2f} |")
    lines += ["", "Printed by:", "", "```sh", *commands["measure"], "```", "", "## Training", "",
              f"{known['minutes']:g} minutes of wall time on {known['machine']}, "
              f"{int(rows[-1]['step']):,} steps. {known['run']}", "", "```sh",
              *commands["train"], "```", "",
              "Gains in dB on open held-out pairs and synthetic pictures during the run:", "",
              "| minutes | steps | real pairs | worst | synthetic | sharp in/out |",
              "| ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in rows:
        lines.append(f"| {float(row['minutes']):.0f} | {row['step']} | "
                     f"{float(row['real_gain']):+.2f} | {float(row['real_worst']):+.2f} | "
                     f"{float(row['synthetic_gain']):+.2f} | {float(row['sharp_mean']):.1f} |")
    lines += ["", "## Data", "", ATTRIBUTION, "", "## How far it goes", "", LIMITS, "",
              "## Pictures", "", "Our own rendered scenes, cuts at 100 %: blurred, restored, "
              "original.", ""]
    for name, caption in shown:
        lines += [f"![{caption}](pictures/{name})", "", caption, ""]
    lines += ["## Licence", "", "MIT, weights and pictures alike. The photographs listed under "
              "Data keep their own licences; none of them is part of this pack."]
    return "\n".join(lines) + "\n"
