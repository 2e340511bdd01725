"""What the application measured of a mixed folder, beside what is true of it.

A folder has `kinds.tsv` (`folder.py`), `reports.jsonl` (lines of `restill triage --json`) and, per
engine, `eval-ENGINE.jsonl` (lines of `restill eval --json`).
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .folder import KINDS


@dataclass
class Photo:
    """One photograph: where it came from, its kind, its measures, its gain in dB by engine."""

    file: str
    kind: str
    variant: str
    source: str
    measures: dict[str, float]
    gains: dict[str, float] = field(default_factory=dict)


def read_folder(folder: Path) -> list[Photo]:
    """Photographs of the folder that have a report; raises ValueError where none has."""
    with open(folder / "kinds.tsv", encoding="utf-8", newline="") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream, delimiter="\t")}
    photos = []
    for report in _lines(folder / "reports.jsonl"):
        row = rows.get(Path(report.get("source", "")).name)
        if row is not None and "measures" in report:
            photos.append(Photo(row["file"], row["kind"], row["variant"], row["source"], report["measures"]))
    if not photos:
        raise ValueError(f"no report in {folder} belongs to a photograph of its kinds.tsv")
    by_file = {photo.file: photo for photo in photos}
    for file in sorted(folder.glob("eval-*.jsonl")):
        engine = file.stem.removeprefix("eval-")
        for line in _lines(file):
            for image in line.get("images", []):
                photo = by_file.get(image["name"])
                if photo is not None and image["gain"] is not None:
                    photo.gains[engine] = image["gain"]
    return photos


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def matrix(photos: list[Photo], inputs: list[str]) -> np.ndarray:
    """Measures [photos, inputs]."""
    return np.array([[photo.measures[name] for name in inputs] for photo in photos], np.float64)


def kind_numbers(photos: list[Photo]) -> np.ndarray:
    return np.array([KINDS.index(photo.kind) for photo in photos])
