"""GLOWDeblur training: what scenes, trajectories and stages promise, and exact resumption."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

import numpy as np
import torch

from restill_training.__main__ import main
from restill_training.data.setup import Material
from restill_training.data.sources import PhotoBank, PhotoGroup
from restill_training.glowdeblur.batches import GlowMaker, Sample, hard_scenes, told_scene
from restill_training.glowdeblur.check import direction_errors
from restill_training.glowdeblur.evaluate import Restorer, bootstrap, captions, ssim
from restill_training.glowdeblur.motion import reblurred
from restill_training.glowdeblur.motion_data import MotionMaker, moved
from restill_training.glowdeblur.network import GlowDeblur, read_checkpoint
from restill_training.glowdeblur.options import STAGES, GlowOptions, mix_of
from restill_training.glowdeblur.scenes import FAMILIES, PHRASES, draw_told, phrase
from restill_training.glowdeblur.testpack import TINY
from restill_training.glowdeblur.train import GlowTrainer, merged
from restill_training.losses import psnr
from restill_training.synth.colour import to_linear
from restill_training.synth.scenes import draw_scene


def bank() -> PhotoBank:
    group = PhotoGroup(1.0)
    group.add(draw_scene(1)[:200, :200], torch.device("cpu"))
    return PhotoBank([group])


class Batches:
    """The same batch again and again, as the stage wants it."""

    def __init__(self, stage: str) -> None:
        if stage == "motion":
            self.batch: Any = MotionMaker(bank(), 1).make(1, 2, 32)
        else:
            material = Material(bank(), None, [], [])
            self.batch = GlowMaker(material, [told_scene(0)], [], mix_of("patterns"), TINY, 1).make(2, 2, 32)

    def next(self) -> Any:
        return self.batch


class Scenes(unittest.TestCase):
    def test_every_family_is_drawn_and_told(self) -> None:
        for seed, family in enumerate(FAMILIES):
            scene = draw_told(seed, 64)
            self.assertEqual((scene.family, scene.pixels.shape), (family, (64, 64, 3)))
            self.assertGreater(scene.pixels.std(), 5)
            rng = np.random.default_rng(seed)
            said = {phrase(family, scene.colours, rng) for _ in range(30)}
            self.assertGreater(len(said), 2)
            self.assertFalse(any("{" in words for words in said))
        self.assertEqual(set(PHRASES), set(FAMILIES))
        self.assertTrue(np.array_equal(draw_told(3, 64).pixels, draw_told(3, 64).pixels))

    def test_hard_scenes_are_hard_and_told_rightly_and_wrongly(self) -> None:
        for blurred, sharp, right, wrong, family in hard_scenes(3, 64):
            self.assertLess(psnr(blurred, sharp), 22)
            self.assertNotEqual(right, wrong)
            self.assertIn(family, FAMILIES)


class Motions(unittest.TestCase):
    def test_the_true_motion_reblurs_the_sharp_picture(self) -> None:
        photos = bank()
        for kind in ("global", "turning"):
            rng = np.random.default_rng(4)
            picture = photos.crop(160, 1.0, rng)
            blurred, sharp, motion, _ = moved(picture, picture, rng, torch.Generator(), kind, noisy=False)
            again = reblurred(sharp[None], motion[None], 61)[0]
            light = to_linear(blurred)
            self.assertGreater(psnr(again[:, 24:-24, 24:-24], light[:, 24:-24, 24:-24]), psnr(sharp, light) + 6)

    def test_directions_are_compared_modulo_half_a_turn(self) -> None:
        network = GlowDeblur(TINY).eval()
        with torch.no_grad():
            network.motion.ending.weight.zero_()
            network.motion.ending.bias.copy_(torch.tensor([-1.0, 0.0, 0, 0]))  # upright
        sharp = torch.rand(1, 3, 32, 32)
        truth = torch.zeros(1, 4, 32, 32)
        truth[:, 0] = 9.0  # sideways
        errors = direction_errors(network.motion, (sharp, sharp, truth, torch.ones(1, 1, 32, 32)), 8)
        self.assertEqual(errors.shape, (16,))
        self.assertTrue(np.allclose(errors, 90))


class Measures(unittest.TestCase):
    def test_an_interval_of_paired_differences(self) -> None:
        found = bootstrap(np.random.default_rng(2).normal(0.5, 1, 400))
        self.assertAlmostEqual(found["mean"], 0.5, delta=0.15)
        self.assertAlmostEqual(found["high"] - found["low"], 2 * 1.96 / 20, delta=0.03)

    def test_ssim_falls_with_noise(self) -> None:
        picture = draw_scene(1)[:64, :64]
        noisy = np.clip(picture + np.random.default_rng(0).normal(0, 25, picture.shape), 0, 255).astype(np.uint8)
        self.assertAlmostEqual(ssim(picture, picture), 1)
        self.assertLess(ssim(picture, noisy), 0.9)


class Commands(unittest.TestCase):
    def test_a_checkpoint_becomes_a_pack_that_is_measured(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            torch.save({"stage": "mixed", "ema": GlowDeblur(TINY).state_dict(), "config": TINY.to_json()}, folder / "last.pt")
            main(["export-glowdeblur", "--checkpoint", str(folder / "last.pt"), "--out", str(folder / "pack")])
            restorer = Restorer(folder / "pack")
            pixels = draw_scene(1)[:60, :70]
            answer = restorer.restore(pixels, restorer.see(pixels), caption="red wall", steps=2)
            self.assertEqual(answer.shape, pixels.shape)
            found = captions(restorer, 2, 32)
            self.assertEqual((found["count"], set(found["means"])), (2, {"input", "none", "right", "wrong"}))


class Stages(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def options(self, stage: str, **more: object) -> GlowOptions:
        given = {"stage": stage, "photos": [], "pairs": [], "out": self.folder / stage, "minutes": 60.0, "config": TINY, "threads": 1,
                 "scenes": 1, "captioned": 1, "side": 32, "batch": 2, "precision": "fp32", "warm_up": 1, "check_minutes": 0.0}
        return GlowOptions(**(given | more))  # type: ignore[arg-type]

    def test_each_stage_moves_its_own_part_alone(self) -> None:
        start, moved_by = None, {}
        for stage in STAGES:
            trainer = GlowTrainer(self.options(stage, start_from=start))
            before = {k: v.clone() for k, v in trainer.network.state_dict().items()}
            batches = Batches(stage)
            for _ in range(3):
                trainer.one_step(batches, 0.1)
            moved_by[stage] = {k for k, v in trainer.network.state_dict().items() if not torch.equal(v, before[k])}
            trainer.save()
            start = self.folder / stage / "last.pt"
        for stage in ("motion", "pre"):
            self.assertTrue(moved_by[stage] and all(k.startswith(f"{stage}.") for k in moved_by[stage]))
        self.assertEqual({k.split(".")[0] for k in moved_by["autoencoder"]}, {"encoder", "decoder"})
        for stage, parts in (("patterns", {"dit", "pre"}), ("mixed", {"dit", "pre", "decoder"})):
            self.assertEqual({k.split(".")[0] for k in moved_by[stage]}, parts)
            self.assertEqual({k for k in moved_by[stage] if k.startswith("pre")}, {"pre.aligned.weight", "pre.aligned.bias"})

    def test_a_guide_left_out_says_nothing(self) -> None:
        GlowTrainer(self.options("pre")).save()
        trainer = GlowTrainer(self.options("patterns", start_from=self.folder / "pre" / "last.pt", without=("pre", "motion", "caption")))
        batch: Sample = Batches("patterns").next()
        trainer._keep(batch)
        kept = trainer.memory[0]
        self.assertTrue(torch.equal(kept.coarse, batch.blurred[:1]))
        self.assertFalse(bool(kept.motion.any()) or bool(kept.mask.any()))

    def test_a_resumed_run_has_the_state_it_left(self) -> None:
        GlowTrainer(self.options("autoencoder", start_from=self._first(), most_steps=2)).run()
        left = torch.load(self.folder / "autoencoder" / "last.pt", weights_only=True)
        again = GlowTrainer(self.options("autoencoder", start_from=self._first(), resume=True))
        self.assertEqual(again.step, 2)
        for key, value in again.network.state_dict().items():
            self.assertTrue(torch.equal(value, left["network"][key]), key)
        with self.assertRaisesRegex(ValueError, "a run of the stage autoencoder"):
            GlowTrainer(self.options("patterns", start_from=self._first(), out=self.folder / "autoencoder", resume=True))
        with self.assertRaisesRegex(ValueError, "give --from"):
            GlowTrainer(self.options("patterns"))

    def test_parts_come_from_other_checkpoints(self) -> None:
        first = self._first()
        GlowTrainer(self.options("motion", seed=5)).save()
        other = self.folder / "motion" / "last.pt"
        merged(first, {"motion": other}, self.folder / "merged.pt")
        config, weights = read_checkpoint(self.folder / "merged.pt")
        self.assertEqual(config, TINY)
        for name, path in (("motion.", other), ("dit.", first)):
            wanted = read_checkpoint(path)[1]
            self.assertTrue(all(torch.equal(v, wanted[k]) for k, v in weights.items() if k.startswith(name)))

    def _first(self) -> Path:
        path = self.folder / "pre" / "last.pt"
        if not path.exists():
            GlowTrainer(self.options("pre")).save()
        return path


if __name__ == "__main__":
    unittest.main()
