"""Mixed folders and the fit of the blur report."""

from __future__ import annotations

import csv
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

from restill_training.triage.data import Photo, read_folder
from restill_training.triage.fit import Scale, balanced, decide, fit_gain, fit_kinds, folds, kind_numbers, probabilities, rank_correlation
from restill_training.triage.folder import KINDS, write_folder
from restill_training.triage.write import fit_and_write


def invented(count: int, seed: int) -> list[Photo]:
    """Photographs whose first measures tell the kind and whose last tells the gain."""
    rng = np.random.default_rng(seed)
    photos = []
    for number in range(count):
        kind = number % len(KINDS)
        measures = {f"m{i}": float(rng.normal(3.0 * (i == kind), 0.5)) for i in range(len(KINDS))}
        measures |= {"blur": float(rng.uniform(0, 2)), "router.a": float(rng.normal())}
        gains = {} if kind == 0 else {"some-engine": 0.5 * measures["blur"] + float(rng.normal(0, 0.05))}
        photos.append(Photo(f"{number}.png", KINDS[kind], "clean", f"source-{number % 12}", measures, gains))
    return photos


@mock.patch("restill_training.triage.fit.MEMBERS", 1)
@mock.patch("restill_training.triage.write.STEPS", 60)
@mock.patch("restill_training.triage.write.GAIN_STEPS", 60)
class Triage(unittest.TestCase):
    def test_folder_holds_every_kind_with_its_truth(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            rng = np.random.default_rng(1)
            Image.fromarray(rng.integers(0, 255, (300, 320, 3), np.uint8)).save(folder / "sky.png")
            count = write_folder([str(folder / "sky.png")], [], range(0), folder / "set", 2, 96, 5)
            self.assertEqual(count, 2 * len(KINDS))
            with open(folder / "set" / "kinds.tsv", encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream, delimiter="\t"))
            self.assertEqual({row["kind"] for row in rows}, set(KINDS))
            for row in rows:
                for side in ("photos", "sharp"):
                    with Image.open(folder / "set" / side / row["file"]) as image:
                        self.assertEqual(image.size, (96, 96))

    def test_rank_correlation_shares_ranks_of_equals(self) -> None:
        self.assertAlmostEqual(rank_correlation(np.array([1.0, 5.0, 9.0]), np.array([2.0, 3.0, 400.0])), 1.0)
        self.assertAlmostEqual(rank_correlation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([4.0, 3.0, 2.0, 1.0])), -1.0)
        # By hand: ranks 1, 2.5, 2.5, 4 beside 1, 2, 3, 4.
        self.assertAlmostEqual(rank_correlation(np.array([1.0, 7.0, 7.0, 9.0]), np.array([0.0, 1.0, 2.0, 3.0])), 4.5 / np.sqrt(4.5 * 5.0))

    def test_fit_finds_kinds_and_gains_and_keeps_sources_apart(self) -> None:
        photos = invented(200, 1)
        for out in folds(photos):
            self.assertFalse({p.source for p, o in zip(photos, out) if o} & {p.source for p, o in zip(photos, out) if not o})
        scale = Scale.of(photos, list(photos[0].measures))
        kinds, _ = fit_kinds(photos, scale, 6, 0.1, 100)
        fresh = invented(100, 2)
        self.assertGreater(balanced(kind_numbers(fresh), decide(probabilities(kinds(scale.apply(fresh))))), 0.9)
        net, spread, _, _ = fit_gain(photos, scale, "some-engine", 6, 0.1, 150)
        known = [p for p in fresh if p.gains]
        apart = np.abs(net(scale.apply(known))[:, 0] - [p.gains["some-engine"] for p in known])
        self.assertLess(float(apart.mean()), 0.15)
        self.assertGreater(spread[0], 0)

    def test_a_kind_must_be_likely_enough_beside_sharp(self) -> None:
        likely = np.array([[0.2, 0.8, 0, 0, 0], [0.4, 0.6, 0, 0, 0], [0.1, 0, 0, 0.9, 0]])
        self.assertEqual(decide(likely).tolist(), [1, 0, 3])

    def test_figures_are_written_for_the_packs_that_were_measured(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            photos = invented(120, 3)
            with open(folder / "kinds.tsv", "w", encoding="utf-8") as stream:
                stream.write("file\tkind\tvariant\tsize\tsource\n")
                stream.writelines(f"{p.file}\t{p.kind}\t{p.variant}\t1\t{p.source}\n" for p in photos)
            lines = [json.dumps({"source": f"/x/{p.file}", "measures": p.measures}) for p in photos]
            (folder / "reports.jsonl").write_text("\n".join(lines), encoding="utf-8")
            images = [{"name": p.file, "gain": p.gains.get("some-engine")} for p in photos]
            (folder / "eval-some-engine.jsonl").write_text(json.dumps({"images": images}), encoding="utf-8")
            self.assertEqual(len(read_folder(folder)), 120)
            pack = folder / "packs" / "some-pack"
            pack.mkdir(parents=True)
            (pack / "pack.json").write_text(json.dumps({"id": "some-pack", "engine": "some-engine", "version": "1.2.3"}), encoding="utf-8")
            fit_and_write([folder], [folder], [], folder / "packs", folder / "out.json", 1, "the command")
            written = json.loads((folder / "out.json").read_text(encoding="utf-8"))
            self.assertEqual(written["withRouter"]["gains"]["some-pack"]["version"], "1.2.3")
            self.assertNotIn("router.a", written["alone"]["inputs"])


if __name__ == "__main__":
    unittest.main()
