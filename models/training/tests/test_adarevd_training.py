"""AdaRevD from a base network to a pack: all stages in small, resumed, exported, run."""

from __future__ import annotations

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from restill_training.adarevd.batches import HarderBatches
from restill_training.adarevd.classifier import ClassifierOptions, labels_of, shares_of, train_classifier
from restill_training.adarevd.evaluate import fastest_harmless, measure, summary, timing
from restill_training.adarevd.exits import edges_of
from restill_training.adarevd.export import export_run
from restill_training.adarevd.runner import AdaRevDRunner
from restill_training.adarevd.table import measure_table
from restill_training.adarevd.train import DecoderOptions, DecoderTrainer, depth_floors, depth_weights, lesson, load_encoder, taught_share
from restill_training.data.setup import gather
from restill_training.ema import Ema
from restill_training.evaluate import as_float
from restill_training.losses import psnr, psnr_loss
from restill_training.nets.adarevd import AdaRevD, AdaRevDConfig
from restill_training.nets.nafnet import NAFNet, NAFNetConfig
from restill_training.synth.pipeline import Recipe
from restill_training.synth.scenes import draw_scene

BASE = NAFNetConfig(4, (1, 1, 1, 1), 1, (1, 1, 1, 1), 2)
TINY = AdaRevDConfig(replace(BASE, decoder_blocks=()), 0, 8, (8, 6, 4, 4), 2, 1, True, (2, 0), 1)


class Stages(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)
        photos = self.folder / "photos"
        photos.mkdir()
        for number, name in enumerate(("a", "kodak-03")):
            Image.fromarray(draw_scene(number, 330)).save(photos / f"{name}.png")
        torch.manual_seed(1)
        self.base = NAFNet(BASE)
        for key, value in self.base.state_dict().items():
            if key.endswith(("beta", "gamma")):
                value.normal_(0, 0.3)
        torch.save({"ema": Ema(self.base).network.state_dict(), "config": BASE.to_json()}, self.folder / "base.pt")

    def options(self, **more: object) -> DecoderOptions:
        return replace(DecoderOptions(
            photos=[str(self.folder / "photos")], pairs=[], out=self.folder / "run", minutes=5, encoder=self.folder / "base.pt",
            config=TINY, precision="fp32", seed=3, scenes=1, batch=1, side=64, late_batch=1, late_side=64, check_minutes=9, save_minutes=9,
            threads=1, most_steps=2,
        ), **more)

    def test_from_base_to_pack(self) -> None:
        first = DecoderTrainer(self.options())
        before = {k: v.clone() for k, v in first.network.state_dict().items()}
        material = first.run()
        after = first.network.state_dict()
        for key, value in before.items():
            if key.startswith("encoder."):
                self.assertTrue(torch.equal(value, after[key]), key)
                self.assertTrue(torch.equal(value, self.base.state_dict()[key.removeprefix("encoder.")]), key)
        self.assertFalse(torch.equal(before["outputs.1.0.weight"], after["outputs.1.0.weight"]))

        resumed = DecoderTrainer(self.options(resume=True, most_steps=4))
        self.assertEqual((resumed.step, resumed.elapsed), (first.step, first.elapsed))
        for a, b in zip(first.network.parameters(), resumed.network.parameters()):
            self.assertTrue(torch.equal(a, b))
        one, two = (t.optimiser.state_dict()["state"] for t in (first, resumed))
        self.assertTrue(torch.equal(one[0]["exp_avg"], two[0]["exp_avg"]))
        resumed.run(material)
        self.assertEqual(resumed.step, 4)

        o = ClassifierOptions(photos=[], pairs=[], out=self.folder / "run", minutes=5, threads=1, seed=3, hidden=8,
                              batch=1, class_step=10, most_steps=2, checked=1)
        train_classifier(o, material)
        table = measure_table(o, 3, material)
        self.assertEqual(table.edges, edges_of(10))
        self.assertEqual(int(table.counts.sum()), 3)

        pack = self.folder / "pack"
        self.assertLess(export_run(self.folder / "run", pack)["stored"], 2e-3)
        manifest = json.loads((pack / "pack.json").read_text("utf-8"))
        self.assertEqual(list(manifest["graphs"]), ["encoder", "classifier", "decoder1", "decoder2"])
        self.assertEqual(len(manifest["tables"]["exits"]["gainsDb"]), 4)
        self.assertAlmostEqual(sum(manifest["tables"]["exits"]["costs"]), 1, delta=0.02)
        self.assertEqual(manifest["tables"]["restraint"]["keepDb"], 38.6)
        self.measured(pack)

    def measured(self, pack: Path) -> None:
        runner = AdaRevDRunner(pack, threads=1)
        runner.gains, runner.costs, runner.restraint = [[0.4, 0.1]] * 4, [1.0, 1.0], None
        pixels = draw_scene(5, 300)
        image = as_float(pixels)
        for tau, depth in ((0.0, 2), (0.2, 1), (0.5, 0)):
            runner.tau, runner.taken = tau, []
            answer = runner.restore(image)
            self.assertEqual(set(runner.taken), {depth})
            self.assertEqual(len(runner.taken), 4)
            if depth == 0:
                np.testing.assert_allclose(answer, image, atol=1e-6)
        for quantile, wanted in ((1e-9, 0), (1 - 1e-9, 3)):
            runner.class_quantile = quantile
            self.assertEqual(runner.open(image[:, :256, :256]).window_class, wanted)
        runner.class_quantile = None
        soft = np.asarray(Image.fromarray(pixels).resize((75, 75)).resize((300, 300)))
        found = summary(measure(runner, soft, pixels), runner.gains)
        self.assertEqual(found["windows"], 4)
        self.assertEqual([row["exits"][0] for row in found["sweep"][:12:11]], [2, 1])
        self.assertAlmostEqual(found["sweep"][0]["loss"], 0)
        self.assertIn(fastest_harmless(found["sweep"]), found["sweep"])
        runs = timing(runner, [soft], (0.0, 0.2), rounds=1)["runs"]
        self.assertEqual([row["dRate"] for row in runs], [1.0, 0.5])

    def test_an_encoder_of_another_shape_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "no encoder of this shape"):
            load_encoder(AdaRevD(replace(TINY, encoder=replace(TINY.encoder, width=6))).encoder, self.folder / "base.pt")
        with self.assertRaisesRegex(ValueError, "--encoder"):
            DecoderTrainer(self.options(encoder=None))

    def test_the_teacher_is_the_encoders_own_network(self) -> None:
        DecoderTrainer(self.options()).save()
        trainer = DecoderTrainer(self.options(resume=True))
        image = torch.rand(1, 3, 32, 32)
        assert trainer.teacher is not None
        torch.testing.assert_close(trainer.teacher(image), self.base.eval()(image))
        with self.assertRaisesRegex(ValueError, "teacher"):
            DecoderTrainer(self.options(resume=True, encoder=None))
        self.assertIsNone(DecoderTrainer(self.options(resume=True, encoder=None, teach=0.0)).teacher)

    def test_a_lesson_costs_what_it_loses(self) -> None:
        sharp = torch.rand(1, 3, 64, 64)
        blurred, taught = sharp + 0.1 * torch.randn_like(sharp), sharp + 0.08 * torch.randn_like(sharp)
        near = taught + 0.005 * torch.randn_like(sharp)
        lost = psnr_loss(near, sharp, 0.0) - psnr_loss(taught, sharp, 0.0)
        self.assertAlmostEqual(float(lesson(near, taught, blurred, sharp, 0.0)), float(lost), delta=0.02)
        self.assertEqual(taught_share(0.8, 0.3), 0.8)
        self.assertAlmostEqual(taught_share(0.8, 1.0), 0.08)

    def test_harder_batches_hold_the_more_blurred_of_two(self) -> None:
        material = gather([str(self.folder / "photos")], [], [], 1, torch.device("cpu"))
        plain, harder = (HarderBatches(material.photos, None, Recipe(), 0.0, 3, torch.device("cpu"), hard_share=h) for h in (0.0, 0.5))
        before, after = ([float((b - s).square().mean()) for b, s in zip(*maker.make(7, 4, 64))] for maker in (plain, harder))
        self.assertEqual(before[2:], after[2:])
        self.assertTrue(all(a >= b for a, b in zip(after, before)))
        self.assertNotEqual(before, after)

    def test_later_sub_decoders_weigh_more(self) -> None:
        weights = depth_weights(4)
        self.assertAlmostEqual(sum(weights), 1)
        self.assertEqual(weights, sorted(weights))
        self.assertEqual(depth_floors(3, 0.016), [0.001, 0.004, 0.016])

    def test_labels(self) -> None:
        sharp = torch.rand(3, 3, 8, 8)
        blurred = torch.stack([sharp[0], (sharp[1] + 0.005).clamp(0, 1), sharp[2] * 0.5])
        self.assertEqual(labels_of(blurred, sharp, [20.0, 40.0]).tolist()[::2], [2, 0])

    def test_a_window_at_an_edge_belongs_to_both_classes(self) -> None:
        sharp = torch.rand(3, 3, 32, 32)
        blurred = torch.stack([(sharp[0] + 0.1).clamp(0, 1), sharp[1] + 0.03, sharp[2]])
        edge = psnr(blurred[1], sharp[1])
        shares = shares_of(blurred, sharp, [edge - 3, edge, edge + 3])
        torch.testing.assert_close(shares.sum(1), torch.ones(3))
        torch.testing.assert_close(shares[1, 1], shares[1, 2])
        self.assertEqual(shares.argmax(1).tolist()[::2], [0, 3])


if __name__ == "__main__":
    unittest.main()
