"""Held-out set, sample photographs' blur and notes, the card's text and figures."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from restill_training.card import _fields, _figures, _text
from restill_training.data.heldset import PLAN, write_held_out
from restill_training.data.sources import load_rgb
from restill_training.evaluate import Gain, psnr, summary
from restill_training.samples.photographs import SHOTS, blurred, exif_of
from restill_training.synth.scenes import draw_scene
from restill_training.testpacks import write_test_packs


class HeldOut(unittest.TestCase):
    def test_every_kind_is_written_twice_over(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            photos, out = Path(name) / "photos", Path(name) / "out"
            photos.mkdir()
            Image.fromarray(draw_scene(1, 200)).save(photos / "kodak-03.png")
            Image.fromarray(draw_scene(2, 200)).save(photos / "for-training.png")
            count = write_held_out([str(photos)], out, side=64, rounds=1)
            self.assertEqual(count, sum(len(sizes) for _, sizes in PLAN))
            with open(out / "kinds.tsv", encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream, delimiter="\t"))
            self.assertEqual({row["kind"] for row in rows}, {kind for kind, _ in PLAN})
            self.assertNotIn("for-training", {row["scene"] for row in rows})
            for row in rows:
                shapes = [load_rgb(out / side / row["file"]).shape for side in ("blurred", "sharp")]
                self.assertEqual(shapes, [(64, 64, 3)] * 2)

    def test_nothing_held_out_is_an_error(self) -> None:
        with tempfile.TemporaryDirectory() as name, self.assertRaises(ValueError):
            write_held_out([name], Path(name) / "out")


class Samples(unittest.TestCase):
    def test_blur_keeps_size_and_sharp_stays_close(self) -> None:
        scene = draw_scene(2, 160)
        for kind, size in (("shake", 9), ("frames", 9), ("defocus", 2.5), ("night", 9)):
            soft = blurred(scene, kind, size, 5)
            self.assertEqual(soft.shape, scene.shape)
            self.assertLess(psnr(soft, scene), 40)
        self.assertGreater(psnr(blurred(scene, "none", 0, 5), scene), 40)

    def test_notes_survive_a_jpeg(self) -> None:
        for shot in SHOTS:
            stream = io.BytesIO()
            Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(
                stream, "JPEG", exif=exif_of(shot).tobytes())
            with Image.open(stream) as image:
                exif = image.getexif()
                notes = exif.get_ifd(ExifTags.IFD.Exif)
            self.assertEqual(exif[ExifTags.Base.Make], "restill")
            self.assertEqual(notes[ExifTags.Base.ISOSpeedRatings], shot.iso)
            self.assertAlmostEqual(float(notes[ExifTags.Base.FNumber]), shot.aperture, places=3)
            self.assertEqual(notes[ExifTags.Base.DateTimeOriginal], shot.taken)


class Card(unittest.TestCase):
    def test_figures_and_text_agree(self) -> None:
        gains = [Gain("1.jpg", "shake", 20.0, 21.0), Gain("2.jpg", "defocus", 30.0, 30.5)]
        measured = {
            "pairs": summary(gains), "heldout": summary(gains), "secondsPerWindow": 0.3,
            "pairList": [[g.name, g.kind, g.before, g.after] for g in gains],
            "sharp": {"count": 3, "mean": 46.0, "lowest": 41.0},
            "tiles": {"count": 2, "mean": 50.0, "lowest": 47.0},
        }
        figures = {(f["set"], f["name"]): f["value"] for f in _figures(measured)}
        self.assertEqual(figures["validation", "gainDb"], 0.75)
        self.assertEqual(figures["sharp", "lowestPsnrDb"], 41.0)
        with tempfile.TemporaryDirectory() as name:
            folder = write_test_packs(Path(name))[0]
            fields = _fields(json.loads((folder / "pack.json").read_text("utf-8")))
        facts = {"commands": {"train": ["a"], "measure": ["b"]}, "machine": "m", "minutes": 8,
                 "run": "r", "notes": ["n"]}
        row = {"minutes": "5.0", "step": "100", "real_gain": "0.1", "real_worst": "0",
               "synthetic_gain": "0.2", "sharp_mean": "45"}
        text = _text(fields, measured, facts, [row], [("x.jpg", "A picture.")])
        for part in ("+0.75 dB", "| 1.jpg | shake | 20.00 | 21.00 | +1.00 |", "41.0 dB",
                     "![A picture.](pictures/x.jpg)", "Nah", "Not for evidence"):
            self.assertIn(part, text)


if __name__ == "__main__":
    unittest.main()
