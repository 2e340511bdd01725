"""OSDD training: which weights each stage moves, and exact resumption."""

from __future__ import annotations

import csv
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import torch

from restill_training.export import GRAPH, mini_fields as base_fields, write_graph
from restill_training.nets.nafnet import NAFNet, NAFNetConfig
from restill_training.osdd.config import OsddConfig
from restill_training.osdd.ends import fit_ends
from restill_training.osdd.export import OsddPack, export_checkpoint
from restill_training.osdd.network import Osdd
from restill_training.osdd.options import STAGES, OsddOptions, recipe_of
from restill_training.osdd.train import OsddTrainer, read_checkpoint
from restill_training.packfile import write_pack

CONFIG = OsddConfig(8, (1, 1), (1, 1), 2, 4, (1,), 1, (1,), 2, 2)


class Batches:
    """The same batch again and again."""

    def next(self) -> tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(1)
        sharp = torch.rand(2, 3, 32, 32, generator=generator)
        return torch.nn.functional.avg_pool2d(sharp, 3, 1, 1), sharp


class Training(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def options(self, stage: str, **more: object) -> OsddOptions:
        given = {"stage": stage, "photos": [], "pairs": [], "out": self.folder / stage, "minutes": 60.0, "config": CONFIG,
                 "threads": 1, "scenes": 1, "side": 32, "batch": 2, "precision": "fp32", "warm_up": 1}
        return OsddOptions(**(given | more))  # type: ignore[arg-type]

    def test_each_stage_moves_its_own_part_alone(self) -> None:
        start = None
        moved = {}
        for stage in STAGES[1:]:
            trainer = OsddTrainer(self.options(stage, start_from=start))
            before = {k: v.clone() for k, v in trainer.network.state_dict().items()}
            for _ in range(2):
                trainer._one_step(Batches(), 0.1)
            moved[stage] = {k for k, v in trainer.network.state_dict().items() if not torch.equal(v, before[k])}
            trainer.save()
            start = self.folder / stage / "last.pt"
        self.assertEqual({k.split(".")[0] for k in moved["evae"]}, {"encoder", "teacher", "decoder"})
        self.assertTrue(all(k.startswith("denoiser.") for k in moved["base"]))
        for name in ("fidelity", "crispness"):
            self.assertFalse(any(f".{name}." in k for k in moved["base"]))
            self.assertTrue(moved[name] and all(f".{name}." in k for k in moved[name]))

    def test_a_resumed_run_has_the_state_it_left(self) -> None:
        OsddTrainer(self.options("evae", most_steps=2)).run()
        with open(self.folder / "evae" / "curve.csv", encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual([row["step"] for row in rows], ["2"])
        left = torch.load(self.folder / "evae" / "last.pt", weights_only=True)
        again = OsddTrainer(self.options("evae", resume=True))
        self.assertEqual(again.step, 2)
        self.assertTrue(torch.equal(again.noise.get_state(), left["noise"]))
        for own, kept in ((again.network, left["network"]), (again.ema.network, left["ema"])):
            for key, value in own.state_dict().items():
                self.assertTrue(torch.equal(value, kept[key]), key)
        moments = again.optimiser.state_dict()["state"][0]
        self.assertTrue(torch.equal(moments["exp_avg"], left["optimiser"]["state"][0]["exp_avg"]))
        config, weights = read_checkpoint(self.folder / "evae" / "last.pt")
        self.assertEqual(config, CONFIG)
        self.assertEqual(set(weights), set(Osdd(CONFIG).state_dict()))

    def test_the_base_stage_takes_the_autoencoder_of_a_checkpoint_under_another_denoiser(self) -> None:
        OsddTrainer(self.options("evae")).save()
        _, trained = read_checkpoint(self.folder / "evae" / "last.pt")
        shape = NAFNetConfig(8, (1, 1, 1), 1, (1, 1, 1), 2)
        state = NAFNet(shape).state_dict()
        pack = self.folder / "pack"
        pack.mkdir()
        write_graph(state, shape, pack / GRAPH)
        (pack / "card.md").write_text("a card", encoding="utf-8")
        write_pack(base_fields(shape), pack)
        wanted = replace(CONFIG, trunk_blocks=(1, 1), trunk_decoder_blocks=(1, 1))
        given = {"start_from": self.folder / "evae" / "last.pt", "base": pack}
        own = OsddTrainer(self.options("base", config=wanted, **given)).network.state_dict()
        for key, value in trained.items():
            if not key.startswith("denoiser."):
                self.assertTrue(torch.equal(own[key], value), key)
        self.assertTrue(torch.allclose(own["denoiser.downs.1.weight"], state["downs.2.weight"], atol=1e-3))
        with self.assertRaisesRegex(ValueError, "not the autoencoder"):
            OsddTrainer(self.options("base", config=replace(wanted, latent=3), **given))
        with self.assertRaisesRegex(ValueError, "stage base alone"):
            OsddTrainer(self.options("fidelity", config=wanted, **given))

    def test_gamma_0_of_a_pack_may_stand_for_a_share_of_the_crispness_adapter(self) -> None:
        trainer = OsddTrainer(self.options("evae"))
        for value in trainer.ema.network.parameters():
            value.add_(torch.randn_like(value) * 0.05)
        trainer.save()
        network, image = trainer.ema.network, torch.rand(1, 3, 64, 64)
        answers = []
        for share in (0.0, 1.0):
            folder = self.folder / f"pack{share}"
            export_checkpoint(self.folder / "evae" / "last.pt", folder, half=False, crispness=share)
            pack = OsddPack(folder)
            answers.append(torch.from_numpy(pack.decode(image[0].numpy(), pack.encode(image[0].numpy()), 0.0)))
        with torch.no_grad():
            self.assertTrue(torch.allclose(answers[0], network(image)[0], atol=1e-4))
            self.assertTrue(torch.allclose(answers[1], network(image, 0.0)[0], atol=1e-4))
        self.assertFalse(torch.allclose(answers[0], answers[1], atol=1e-3))

    def test_the_ends_of_the_denoiser_are_a_regression(self) -> None:
        torch.manual_seed(3)
        network = Osdd(CONFIG)
        blurred, sharp = Batches().next()
        with torch.no_grad():
            wanted = network.teacher(sharp)[1]
            before = (network.denoiser(network.encoder(blurred)[1]) - wanted).square().mean()
            fit_ends(network, lambda _: Batches().next(), 1)
            after = (network.denoiser(network.encoder(blurred)[1]) - wanted).square().mean()
        self.assertLess(float(after), 0.5 * float(before))

    def test_stages_do_not_mix(self) -> None:
        with self.assertRaisesRegex(ValueError, "give --from"):
            OsddTrainer(self.options("base"))
        OsddTrainer(self.options("vae")).save()
        with self.assertRaisesRegex(ValueError, "comparison only"):
            read_checkpoint(self.folder / "vae" / "last.pt")
        with self.assertRaisesRegex(ValueError, "belongs to the stage vae"):
            OsddTrainer(self.options("evae", out=self.folder / "vae", resume=True))

    def test_recipes_say_what_each_adapter_is_for(self) -> None:
        self.assertGreater(recipe_of("fidelity")[1], 0.5)
        crisp, real = recipe_of("crispness")
        self.assertEqual((real, crisp.jpeg_share), (0.0, 0.0))


if __name__ == "__main__":
    unittest.main()
