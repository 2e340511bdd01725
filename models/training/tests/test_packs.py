"""Packs on disk: the description, the test packs, tiling, and a run of the trainer."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from restill_training.data.batches import BatchMaker
from restill_training.data.pairs import PairBank, list_pairs
from restill_training.data.sources import PhotoBank, PhotoGroup
from restill_training.evaluate import as_float, as_pixels, on_pairs, psnr, summary
from restill_training.export import export_checkpoint, weights_of_pack
from restill_training.nets.nafnet import NAFNetConfig
from restill_training.packfile import sha256_of
from restill_training.runner import PackRunner, ramp, starts
from restill_training.synth.pipeline import Recipe
from restill_training.synth.scenes import draw_scene
from restill_training.testpacks import write_test_packs
from restill_training.train import Trainer, TrainOptions

KEYS = ["schema", "id", "engine", "version", "title", "licence", "source", "files", "architecture",
        "graphs", "size", "colour", "tolerance", "tables", "figures"]


class Folder(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def pairs(self, side: int = 160) -> Path:
        folder = self.folder / "pairs"
        for name in ("blur", "sharp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        rows = ["file\tsource_key\tscene"]
        for number in range(3):
            pixels = draw_scene(number, side)
            Image.fromarray(pixels).save(folder / "sharp" / f"{number}.png")
            soft = Image.fromarray(pixels).resize((side // 2, side // 2)).resize((side, side))
            soft.save(folder / "blur" / f"{number}.png")
            rows.append(f"{number}.png\tset-{number}\tscene-{number}")
        (folder / "pairs.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return folder


class Packs(Folder):
    def test_description_matches_the_files(self) -> None:
        for folder in write_test_packs(self.folder):
            pack = json.loads((folder / "pack.json").read_text("utf-8"))
            self.assertEqual(list(pack), KEYS)
            for name, entry in pack["files"].items():
                self.assertEqual(entry["sha256"], sha256_of(folder / name))
                self.assertEqual(entry["bytes"], (folder / name).stat().st_size)
            self.assertLess(sum(p.stat().st_size for p in folder.iterdir()), 30_000)

    def test_windows_cover_everything_and_blend_to_one(self) -> None:
        for length in (10, 64, 65, 113, 500):
            places = starts(length, 64, 16)
            total = np.zeros(length)
            for i, place in enumerate(places):
                window = min(64, length)
                lead = places[i - 1] + window - place if i else 0
                tail = place + window - places[i + 1] if i + 1 < len(places) else 0
                total[place : place + window] += ramp(window, lead, tail)
            self.assertTrue((total > 0).all())
            self.assertEqual(places[-1] + min(64, length), length)

    def test_identity_and_box_through_tiles(self) -> None:
        write_test_packs(self.folder)
        pixels = draw_scene(3, 201)[:150]
        image = as_float(pixels)
        same = PackRunner(self.folder / "identity").restore(image)
        np.testing.assert_array_equal(as_pixels(same), pixels)
        box = PackRunner(self.folder / "box")
        self.assertGreater(psnr(as_pixels(box.restore(image)), as_pixels(box.whole(image))), 35)

    def test_pairs_are_measured(self) -> None:
        write_test_packs(self.folder)
        gains = on_pairs(PackRunner(self.folder / "identity"), self.pairs())
        self.assertEqual([g.gain for g in gains], [0, 0, 0])
        self.assertEqual(summary(gains)["count"], 3)


class Training(Folder):
    def test_batches_depend_on_their_number_alone(self) -> None:
        group = PhotoGroup(1.0)
        for seed in range(3):
            group.add(draw_scene(seed, 200), torch.device("cpu"))
        bank = PairBank(list_pairs(self.pairs()), torch.device("cpu"))
        makers = [
            BatchMaker(PhotoBank([group]), bank, Recipe(), 0.5, 4, torch.device("cpu"))
            for _ in range(2)
        ]
        makers[0].make(0, 3, 64)
        for number in (3, 4):
            one, two = (maker.make(number, 3, 64) for maker in makers)
            self.assertTrue(torch.equal(one[0], two[0]))
            self.assertTrue(torch.equal(one[1], two[1]))
            self.assertEqual(one[0].shape, (3, 3, 64, 64))

    def test_short_run_resumes_exports_and_starts_again_from_the_pack(self) -> None:
        photos = self.folder / "photos"
        photos.mkdir()
        for number, name in enumerate(("a", "b", "kodak-03")):
            Image.fromarray(draw_scene(number, 330)).save(photos / f"{name}.png")
        options = TrainOptions(
            photos=[str(photos)], pairs=[str(self.pairs())], out=self.folder / "run", minutes=5, most_steps=3,
            config=NAFNetConfig(8, (1, 1), 1, (1, 1), 2), scenes=2, batch=2, side=64,
            late_batch=1, late_side=96, precision="fp32", check_minutes=9, save_minutes=9,
        )
        first = Trainer(options)
        first.run()
        self.assertEqual(first.step, 3)
        options.resume = True
        second = Trainer(options)
        self.assertEqual((second.step, second.elapsed), (first.step, first.elapsed))
        for a, b in zip(first.network.parameters(), second.network.parameters()):
            self.assertTrue(torch.equal(a, b))
        state = first.optimiser.state_dict()["state"], second.optimiser.state_dict()["state"]
        self.assertTrue(torch.equal(state[0][0]["exp_avg"], state[1][0]["exp_avg"]))
        pack = self.folder / "pack"
        export_checkpoint(options.out / "last.pt", pack)
        self.assertEqual(json.loads((pack / "pack.json").read_text("utf-8"))["architecture"]["width"], 8)
        options.resume, options.start_from = False, pack
        third = Trainer(options)
        shipped = weights_of_pack(pack)
        self.assertTrue(torch.equal(third.network.intro.weight.cpu(), shipped["intro.weight"]))


if __name__ == "__main__":
    unittest.main()
