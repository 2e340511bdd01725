"""Edge NAFNet: surrogates, their graphs, and the joined network."""

import unittest

import numpy as np
import onnxruntime as ort
import torch

from restill_training.edge.graph import build_blocks, joined, places_of
from restill_training.edge.saliency import Judge, expected, measure_table
from restill_training.edge.surrogates import KINDS, SurrogateBank, Variant
from restill_training.graph import build
from restill_training.nets.nafnet import NAFNet, NAFNetConfig

CONFIG = NAFNetConfig(width=8, encoder_blocks=(1, 1), middle_blocks=1, decoder_blocks=(1, 1), stem=2)
SLOTS = ("encoders.0.0", "decoders.1.0")


def stirred(network: torch.nn.Module) -> None:
    """Random values where a fresh network has zeros and ones, also in running statistics."""
    with torch.no_grad():
        for name, value in [*network.named_parameters(), *network.named_buffers()]:
            if not value.is_floating_point() or name.endswith("scale"):
                continue
            positive = name.endswith("running_var") or (name.endswith("weight") and value.ndim == 1)
            value.copy_(torch.rand_like(value) + 0.5 if positive else 0.2 * torch.randn_like(value))


class EdgeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        torch.manual_seed(4)
        cls.base = NAFNet(CONFIG).eval()
        stirred(cls.base)
        cls.picture = torch.rand(1, 3, 40, 48)
        cls.bank = SurrogateBank(cls.base, SLOTS).eval()
        cls.bank.start_from(cls.base, [cls.picture])
        weights = {k: v.numpy() for k, v in cls.base.state_dict().items()}
        cls.model = build(weights, CONFIG, half=False)
        cls.places = places_of(weights, CONFIG, SLOTS)

    def joined_answer(self, options):
        model = joined(self.model, build_blocks(self.bank, half=False), self.places, options)
        session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return session.run(None, {"image": self.picture.numpy()})[0], model

    def test_every_surrogate_runs_as_a_graph_as_it_does_in_torch(self):
        stirred(self.bank)
        variant = Variant(self.base, self.bank)
        for option in range(len(KINDS) + 1):
            for options in ([option, 0], [0, option], [option, (option + 2) % 7]):
                variant.options = options
                with torch.no_grad():
                    wanted = variant(self.picture).numpy()
                found, _ = self.joined_answer(options)
                np.testing.assert_allclose(found, wanted, atol=2e-4, err_msg=str(options))

    def test_joined_graph_of_the_base_alone_is_the_base(self):
        found, model = self.joined_answer([0, 0])
        with torch.no_grad():
            np.testing.assert_allclose(found, self.base(self.picture).numpy(), atol=1e-5)
        self.assertEqual(len(model.graph.initializer), len(self.model.graph.initializer))

    def test_weights_of_a_replaced_block_leave_the_graph(self):
        _, model = self.joined_answer([4, 0])
        names = [tensor.name for tensor in model.graph.initializer]
        self.assertFalse([name for name in names if name.startswith("encoders.0.0.")])
        self.assertTrue([name for name in names if name.startswith("surrogate/encoders.0.0/4.")])

    def test_a_surrogate_starts_near_its_block_when_only_attention_is_missing(self):
        torch.manual_seed(5)
        bank = SurrogateBank(self.base, SLOTS)
        bank.start_from(self.base, [self.picture])
        bank.eval()
        seen = {}
        block = self.base.get_submodule(SLOTS[0])
        handle = block.register_forward_hook(lambda _m, i, o: seen.update(given=i[0], wanted=o))
        with torch.no_grad():
            self.base(self.picture)
            answer = bank.of(0, 1)(seen["given"])
        handle.remove()
        change = (seen["wanted"] - seen["given"]).square().mean()
        self.assertLess(float((answer - seen["wanted"]).square().mean() / change), 0.05)

    def test_the_table_tells_the_loss_of_two_changed_slots_as_measured(self):
        rng = np.random.default_rng(3)
        sharp = rng.random((1, 3, 32, 32), dtype=np.float32)
        pairs = [(np.clip(sharp + 0.05 * rng.standard_normal(sharp.shape), 0, 1).astype(np.float32), sharp) for _ in range(2)]
        judge = Judge(self.model, build_blocks(self.bank, half=False), self.places, pairs, None)
        table = measure_table(judge, len(SLOTS), 3, say=lambda _line: None)
        for choice in ((0, 0), (2, 0), (1, 2), (2, 2)):
            self.assertAlmostEqual(expected(table, choice), judge.drop(choice), delta=3e-4)

    def test_a_variant_leaves_the_network_as_it_was(self):
        variant = Variant(self.base, self.bank)
        with torch.no_grad():
            before = self.base(self.picture)
            variant.options = [3, 5]
            changed = variant(self.picture)
            after = self.base(self.picture)
        self.assertTrue(torch.equal(before, after))
        self.assertFalse(torch.equal(before, changed))


if __name__ == "__main__":
    unittest.main()
