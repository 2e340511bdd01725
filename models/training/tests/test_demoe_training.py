"""DeMoE training: what the kinds look like, balanced batches, phases, exact resumption."""

from __future__ import annotations

import csv
import math
import tempfile
import time
import unittest
import unittest.mock
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from restill_training.data.setup import SoftBank
from restill_training.data.sources import PhotoBank, PhotoGroup
from restill_training.demoe.batches import Balanced
from restill_training.demoe.kinds import bayer_noise, make_sample
from restill_training.demoe.options import DeMoEOptions
from restill_training.demoe.polish import Polisher, PolishOptions
from restill_training.demoe.router import Seen, fit
from restill_training.demoe.train import DeMoETrainer, read_checkpoint
from restill_training.export import GRAPH, mini_fields, write_graph
from restill_training.nets.demoe import DeMoE, DeMoEConfig
from restill_training.nets.demoe_router import EXPERTS
from restill_training.nets.nafnet import NAFNetConfig
from restill_training.packfile import write_pack
from restill_training.synth.kernels import MARGIN
from restill_training.synth.scenes import draw_scene
from tests.test_convert import random_state

BASE = NAFNetConfig(8, (1, 1), 1, (1, 1), 2)
CONFIG = DeMoEConfig(8, (1, 1), 1, (1, 0), 2, (4, 0, 0), (6, 4), head_norm=False, texture=6)
CPU = torch.device("cpu")


class Drawn(unittest.TestCase):
    """Tests that cut their pictures from one drawn scene."""

    @classmethod
    def setUpClass(cls) -> None:
        group = PhotoGroup(1.0)
        group.add(draw_scene(3), CPU)
        cls.bank = PhotoBank([group])


class Kinds(Drawn):
    def sample(self, kind: str, **more: object) -> tuple[torch.Tensor, torch.Tensor]:
        side = 96 + 2 * MARGIN
        rng = np.random.default_rng(4)
        picture, other = (self.bank.crop(side, 1.0, rng) for _ in range(2))
        return make_sample(kind, picture, other, rng, torch.Generator().manual_seed(4), **more)  # type: ignore[arg-type]

    def test_samples_are_eight_bit_and_differ_from_their_target(self) -> None:
        for kind in EXPERTS:
            blurred, sharp = self.sample(kind)
            self.assertEqual(blurred.shape, (3, 96, 96))
            for side in (blurred, sharp):
                self.assertTrue(torch.equal((side * 255).round() / 255, side))
            self.assertGreater(float((blurred - sharp).abs().max()), 0.02, kind)
        with self.assertRaisesRegex(ValueError, "no kind"):
            self.sample("haze")

    def test_clean_kinds_stay_clean_where_there_is_no_blur(self) -> None:
        blurred, sharp = self.sample("synth_motion", keep_sharp=True)
        self.assertTrue(torch.equal(blurred, sharp))
        grainy, sharp = self.sample("global_motion", keep_sharp=True)
        self.assertGreater(float((grainy - sharp).abs().mean()), 0.001)

    def test_low_light_is_dark_and_not_brightened(self) -> None:
        blurred, sharp = self.sample("low_light")
        self.assertLess(float(sharp.mean()), 0.55)
        self.assertLess(abs(float(blurred.mean() - sharp.mean())), 0.05)

    def test_bayer_noise_follows_its_parameters(self) -> None:
        flat = torch.full((3, 64, 64), 0.25)
        rng, generator = np.random.default_rng(1), torch.Generator().manual_seed(1)
        noisy = bayer_noise(flat, 4e-4, 1e-3, rng, generator)
        self.assertLess(abs(float(noisy.mean()) - 0.25), 2e-3)
        # Green keeps its own sites (sigma = sqrt(4e-4 / 4)) and means of four elsewhere.
        self.assertAlmostEqual(float(noisy[1].std()), 0.01 * (0.5 + 0.5 / 4) ** 0.5, delta=1e-3)
        clipped = bayer_noise(torch.ones(3, 8, 8), 4e-4, 1e-3, rng, generator)
        self.assertTrue(bool((clipped == 1).all()))


class Batches(Drawn):
    def test_every_kind_as_often_and_by_number_alone(self) -> None:
        maker = Balanced(self.bank, None, seed=2, device=CPU, sharp_share=0.0)
        first = maker.make(17, 2, 64)
        for one, other in zip(first, maker.make(17, 2, 64)):
            self.assertTrue(torch.equal(one, other))
        self.assertEqual(first[2].tolist(), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
        self.assertFalse(torch.equal(first[0], maker.make(18, 2, 64)[0]))

    def test_soft_pictures_are_half_left_alone(self) -> None:
        maker = Balanced(self.bank, None, 5, CPU, sharp_share=0.0, soft=SoftBank(self.bank, self.bank), soft_share=1.0)
        changed = [not torch.equal(*(side[0] for side in maker.of_kind(number, "synth_motion", 1, 32))) for number in range(12)]
        self.assertTrue(3 <= sum(changed) <= 9, changed)

    def test_clean_samples_stay_as_they_are_and_only_grainy_kinds_have_them(self) -> None:
        maker = Balanced(self.bank, None, 5, CPU, sharp_share=0.0, clean_share=1.0)
        same = {kind: all(torch.equal(*(side[0] for side in maker.of_kind(number, kind, 1, 32))) for number in range(4)) for kind in EXPERTS}
        self.assertEqual([kind for kind, unchanged in same.items() if unchanged], ["global_motion", "low_light"])

    def test_sharp_samples_have_no_label(self) -> None:
        maker = Balanced(self.bank, None, seed=2, device=CPU, sharp_share=1.0)
        self.assertEqual(maker.make(1, 1, 64)[2].tolist(), [-1] * 5)


class Router(unittest.TestCase):
    def test_learns_what_tells_samples_apart_and_names_its_accuracy(self) -> None:
        torch.manual_seed(1)
        network = DeMoE(replace(CONFIG, head=(16, 32), texture=12)).eval()
        seen = Seen()
        for step in range(80):
            light = torch.arange(5).view(5, 1, 1, 1) / 5 + 0.1
            grain = torch.randn(5, 3, 32, 32, generator=torch.Generator().manual_seed(step)) * 0.02
            seen.add(network, light + grain, torch.arange(5), bf16=False)
        figures = fit(network.mlp_branch, seen, rounds=80)
        self.assertEqual(figures["samples"], 400)
        self.assertGreater(figures["accuracy"], 0.9)
        with torch.no_grad():
            picture = torch.full((1, 3, 32, 32), 0.9) + torch.randn(1, 3, 32, 32) * 0.02
            _, deep = network.encode(picture)
            self.assertEqual(int(network.mlp_branch(deep, picture).argmax()), 4)


class Polishing(Drawn):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        torch.manual_seed(3)
        self.before = DeMoE(CONFIG).state_dict()
        torch.save({"config": CONFIG.to_json(), "ema": self.before}, self.folder / "last.pt")

    def options(self, name: str, **more: object) -> PolishOptions:
        given = {"checkpoint": self.folder / "last.pt", "out": self.folder / name, "experts": ["local_motion"], "start_from": {}, "photos": [],
                 "pairs": [], "minutes": math.inf, "scenes": 1, "batch": 1, "side": 32, "late_side": 32, "threads": 1, "check_minutes": 0,
                 "precision": "fp32"}
        return PolishOptions(**(given | more))  # type: ignore[arg-type]

    def test_experts_take_turns_and_a_resumed_run_ends_where_an_uninterrupted_one_does(self) -> None:
        o = self.options("whole", experts=["local_motion", "low_light"], most_steps=4, clean_share=0.5)
        Polisher(o).run()
        whole = read_checkpoint(o.out / "last.pt")[1]
        halves = self.options("halves", experts=o.experts, most_steps=4, clean_share=0.5)
        first = Polisher(halves)
        with unittest.mock.patch.object(first, "one_step", side_effect=self.stopped_after(first, 3)):
            first.run()
        Polisher(replace(halves, resume=True)).run()
        again = read_checkpoint(halves.out / "last.pt")[1]
        for key, value in whole.items():
            self.assertTrue(torch.equal(value, again[key]), key)
            learned = ".experts.2." in key or ".experts.4." in key
            self.assertTrue(learned or torch.equal(value, self.before[key]), key)
        for expert in (2, 4):
            key = f"experts.1.experts.{expert}.conv1.weight"
            self.assertFalse(torch.equal(whole[key], self.before[key]), key)

    def test_begins_with_a_weighted_mean_of_experts(self) -> None:
        Polisher(self.options("mean", start_from={"defocus": 1.0, "local_motion": 3.0}, most_steps=0)).run()
        _, mean = read_checkpoint(self.folder / "mean" / "last.pt")
        key = "experts.1.experts.{}.conv1.weight"
        torch.testing.assert_close(mean[key.format(2)], 0.25 * self.before[key.format(0)] + 0.75 * self.before[key.format(2)])
        self.assertTrue(torch.equal(mean[key.format(0)], self.before[key.format(0)]))
        with self.assertRaisesRegex(ValueError, "only one expert"):
            Polisher(self.options("two", experts=["defocus", "low_light"], start_from={"defocus": 1.0}, most_steps=0))

    @staticmethod
    def stopped_after(run: Polisher, steps: int):
        """The real step; the run is asked to end with the last of so many."""
        real = run.one_step

        def step(*given: object) -> tuple[float, ...]:
            run.stop = run.step + 1 == steps
            return real(*given)  # type: ignore[arg-type]

        return step


class Training(Drawn):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)
        base = self.folder / "base"
        base.mkdir()
        write_graph(random_state(BASE), BASE, base / GRAPH)
        (base / "card.md").write_text("a card", encoding="utf-8")
        write_pack(mini_fields(BASE), base)

    def options(self, **more: object) -> DeMoEOptions:
        given = {"photos": [], "pairs": [], "keep_pairs": [], "base": self.folder / "base", "out": self.folder / "run",
                 "minutes": 60.0, "config": CONFIG, "threads": 1, "scenes": 1, "side": 32, "precision": "fp32"}
        return DeMoEOptions(**(given | more))  # type: ignore[arg-type]

    def test_phases_follow_the_time_and_the_router_is_fitted_alone(self) -> None:
        trainer = DeMoETrainer(self.options(refit_side=32, refit_rounds=2))
        maker = Balanced(self.bank, None, 1, CPU)
        seen = []
        for progress in (0.0, 0.02, 0.5, 0.95):
            trainer._enter(progress)
            before = {k: v.clone() for k, v in trainer.network.state_dict().items()}
            if trainer.phase == "refit":
                trainer._refit(maker, time.monotonic() - 60 * trainer.o.minutes + 2)
            else:
                trainer._one_step(maker, progress)
            moved = {k.split(".")[0] for k, v in trainer.network.state_dict().items() if not torch.equal(v, before[k])}
            seen.append((trainer.phase, moved))
        self.assertEqual([phase for phase, _ in seen], ["head", "head", "joint", "refit"])
        self.assertEqual(seen[0][1], {"mlp_branch"})
        self.assertLessEqual({"experts", "encoders", "mlp_branch", "ending"}, seen[2][1])
        self.assertEqual(seen[3][1], {"mlp_branch"})

    def test_a_resumed_run_has_the_state_it_left(self) -> None:
        DeMoETrainer(self.options(head_share=0.0, most_steps=3)).run()
        with open(self.folder / "run" / "curve.csv", encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual([row["step"] for row in rows], ["3"])
        left = torch.load(self.folder / "run" / "last.pt", weights_only=True)
        again = DeMoETrainer(self.options(head_share=0.0, resume=True))
        self.assertEqual((again.step, again.phase), (3, "joint"))
        self.assertTrue(torch.equal(torch.get_rng_state(), left["rng"]))
        for own, kept in ((again.network, left["network"]), (again.ema.network, left["ema"])):
            for key, value in own.state_dict().items():
                self.assertTrue(torch.equal(value, kept[key]), key)
        moments = again.joint.state_dict()["state"][0]
        self.assertTrue(torch.equal(moments["exp_avg"], left["joint"]["state"][0]["exp_avg"]))
        config, weights = read_checkpoint(self.folder / "run" / "last.pt")
        self.assertEqual(config, CONFIG)
        self.assertEqual(set(weights), set(again.network.state_dict()))


if __name__ == "__main__":
    unittest.main()
