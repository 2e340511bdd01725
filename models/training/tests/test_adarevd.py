"""AdaRevD: published sizes and exits, transforms, reversibility, graphs against networks."""

from __future__ import annotations

import unittest
from dataclasses import replace

import numpy as np
import onnxruntime as ort
import torch
from torch import nn

from restill_training.adarevd.exits import GainTable, class_of, class_of_window, d_rate, edges_of, exits
from restill_training.adarevd.graphs import classifier_graph, decoder_graph, encoder_graph
from restill_training.adarevd.published import CONFUSION_TOTALS, TABLES
from restill_training.adarevd.train import MINI
from restill_training.nets.adarevd import LEVELS, AdaRevD, AdaRevDConfig, blur_classifier
from restill_training.nets.dft import forward_dft, forward_fft, inverse_dft, inverse_fft
from restill_training.nets.nafnet import NAFNetConfig, parameter_count

REVD_B = AdaRevDConfig()
SMALL = AdaRevDConfig(NAFNetConfig(4, (1, 1, 1, 2), 1, (), 1), 0, 64, (32, 16, 8, 4), 2)


def randomised(network: nn.Module, seed: int = 5) -> nn.Module:
    """Random values everywhere, also where training begins with zeros or ones."""
    torch.manual_seed(seed)
    for key, value in network.state_dict().items():
        if key.endswith(("beta", "gamma", "log_gamma")) or ".alpha" in key or "conv_features" in key:
            value.normal_(0.3, 0.3)
        elif "norm" in key or key.endswith("running_mean"):
            value.add_(torch.randn_like(value) * 0.1)
        elif key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
    return network.eval().requires_grad_(False)


def arrays(network: nn.Module) -> dict[str, np.ndarray]:
    return {key: value.numpy() for key, value in network.state_dict().items()}


def session(model: object) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


class Sizes(unittest.TestCase):
    def test_published_parameter_counts(self) -> None:
        ufp = replace(REVD_B, kernel_side=19)
        expected = (
            (REVD_B, 131_035_916), (ufp, 142_447_454),
            (replace(ufp, sub_decoders=2), 108_247_000), (replace(ufp, sub_decoders=8), 210_848_362),
        )
        with torch.device("meta"):
            for config, count in expected:
                self.assertEqual(parameter_count(AdaRevD(config)), count)
            self.assertEqual(parameter_count(AdaRevD(ufp).encoder.kernel_extra), 5_619_858)
            self.assertEqual(parameter_count(AdaRevD(ufp).encoder.flow), 194_470)
            self.assertEqual(parameter_count(blur_classifier(512, 1024, 6)), 10_001_932)
            self.assertEqual(parameter_count(blur_classifier(512, 1024, 8)), 10_002_960)

    def test_mini_fits_its_limit(self) -> None:
        with torch.device("meta"):
            count = parameter_count(AdaRevD(MINI)) + parameter_count(blur_classifier(192, 96, 6))
        self.assertLess(count * 2, 9_500_000)


class Exits(unittest.TestCase):
    def test_published_exits(self) -> None:
        """As the authors' configuration; RevD-L's two printed values that differ are called errata."""
        for name, taus in {
            "RevD-B GoPro": {0.02: [4, 4, 4, 4, 3, 2], 0.05: [4, 4, 3, 3, 2, 1], 0.10: [4, 4, 3, 2, 1, 1],
                             0.20: [3, 3, 2, 1, 1, 1]},
            "RevD-B RealBlur-J": {0.02: [4] * 6, 0.05: [4, 4, 4, 3, 3, 2], 0.10: [4, 4, 3, 3, 2, 2]},
            "RevD-B RealBlur-R": {0.05: [4, 4, 4, 4, 3, 3, 2, 2], 0.10: [3, 3, 3, 3, 3, 2, 2, 1]},
            "RevD-L GoPro": {0.05: [6, 6, 5, 2, 2, 2], 0.10: [6, 5, 2, 2, 2, 1]},
            "RevD-L RealBlur-J": {0.05: [7, 7, 5, 5, 3, 3], 0.10: [7, 5, 4, 3, 2, 2]},
            "RevD-L RealBlur-R": {0.05: [6, 6, 6, 6, 3, 3, 2, 2], 0.20: [3, 3, 3, 3, 2, 2, 2, 1]},
        }.items():
            for tau, wanted in taus.items():
                self.assertEqual(exits(TABLES[name], tau), wanted, f"{name} at {tau}")

    def test_d_rate_of_the_paper_and_its_erratum(self) -> None:
        """Table 6 prints 4 4 3 2 1 1 beside a D-rate of 84.3 %; only 4 4 3 3 2 1 gives it."""
        self.assertAlmostEqual(d_rate(CONFUSION_TOTALS, [4, 4, 3, 2, 1, 1], 4), 0.790, 3)
        ours = d_rate(CONFUSION_TOTALS, exits(TABLES["RevD-B GoPro"], 0.05), 4)
        self.assertAlmostEqual(ours, 0.843, delta=0.0015)

    def test_d_rate_by_work(self) -> None:
        self.assertAlmostEqual(d_rate([1, 1, 2], [0, 1, 3], 3, [1.0, 3.0, 4.0]), (1 + 2 * 8) / 32)

    def test_nothing_to_gain_means_no_sub_decoder(self) -> None:
        self.assertEqual(exits([[-1.0, 0.2], [0.3, 0.01], [0.3, 0.3]], 0.05), [0, 1, 2])

    def test_classes(self) -> None:
        edges = edges_of()
        self.assertEqual(edges, [20, 25, 30, 35, 40])
        self.assertEqual([class_of(v, edges) for v in (12, 20, 20.1, 25, 33, 40, 41)], [0, 0, 1, 1, 3, 4, 5])
        for step in (3, 4, 6, 10):
            self.assertTrue(all(b - a == step for a, b in zip(edges_of(step), edges_of(step)[1:])))
        with self.assertRaisesRegex(ValueError, "3, 4, 5, 6, 10"):
            edges_of(7)

    def test_a_quantile_takes_windows_in_doubt_for_more_blurred(self) -> None:
        logits = np.log([0.2, 0.28, 0.42, 0.1]).astype(np.float32) + 90
        taken = {q: class_of_window(logits, q) for q in (None, 0.5, 0.45, 0.25, 0.15, 0.95)}
        self.assertEqual(taken, {None: 2, 0.5: 2, 0.45: 1, 0.25: 1, 0.15: 0, 0.95: 3})

    def test_table_of_means(self) -> None:
        table = GainTable([20.0, 30.0], 2)
        table.add([18.0, 19.0, 19.5])
        table.add([19.0, 20.5, 20.6])
        table.add([45.0, 99.0, 60.0])
        found = table.to_json()
        self.assertEqual(found["windows"], [2, 0, 1])
        np.testing.assert_allclose(found["gainsDb"][0], [1.25, 0.3])
        self.assertEqual(found["gainsDb"][2], [5.0, 0.0])
        self.assertEqual(found["gainsDb"][1], found["gainsDb"][0])


class Network(unittest.TestCase):
    def test_transforms_are_those_of_torch(self) -> None:
        generator = torch.Generator().manual_seed(2)
        for h, w in ((16, 16), (33, 47), (48, 64), (56, 40)):
            x = torch.randn(2, 3, h, w, generator=generator)
            for orthonormal, norm in ((False, "backward"), (True, "ortho")):
                spectrum = torch.fft.rfft2(x, norm=norm)
                wanted = torch.cat([spectrum.real, spectrum.imag], 1)
                torch.testing.assert_close(forward_dft(x, orthonormal), wanted, rtol=1e-5, atol=1e-4)
                parts = torch.randn(wanted.shape, generator=generator)
                real, imaginary = parts.chunk(2, 1)
                back = torch.fft.irfft2(torch.complex(real, imaginary), s=(h, w), norm=norm)
                torch.testing.assert_close(inverse_dft(parts, w, orthonormal), back, rtol=1e-5, atol=1e-5)
                torch.testing.assert_close(forward_fft(x, orthonormal), wanted)
                torch.testing.assert_close(inverse_fft(parts, w, orthonormal), back)

    def test_sub_decoders_run_backwards(self) -> None:
        network = randomised(AdaRevD(SMALL))
        top, state = network.begin(network.encoder(torch.rand(1, 3, 48, 32)))
        late = randomised(AdaRevD(replace(SMALL, starts=(2,) + (0,) * (SMALL.sub_decoders - 1), plain=1)))
        for decoder in (network.subdenets[0], late.subdenets[0]):
            for level in range(decoder.start, LEVELS):
                getattr(decoder, f"alpha{level}").fill_(-0.5 if level % 2 else 0.5)
            new = decoder(top, state)
            for before, after in zip(state, decoder.inverse(top, new)):
                torch.testing.assert_close(before, after, rtol=1e-3, atol=1e-3)
        self.assertIs(new[1], state[1])
        self.assertFalse(torch.equal(new[2], state[2]))

    def test_alpha_never_vanishes(self) -> None:
        decoder = AdaRevD(SMALL).subdenets[0]
        with torch.no_grad():
            decoder.alpha0[:, :2] = torch.tensor([1e-9, -1e-9]).view(1, 2, 1, 1)
        self.assertEqual([round(float(v), 6) for v in decoder.alpha(0)[0, :2, 0, 0]], [0.001, -0.001])


class Graphs(unittest.TestCase):
    def compare(self, config: AdaRevDConfig, sizes: tuple[tuple[int, int], ...]) -> None:
        network = randomised(AdaRevD(config))
        weights = arrays(network)
        encoder = session(encoder_graph(weights, config, half=False))
        decoders = [session(decoder_graph(weights, config, k, half=False)) for k in range(config.sub_decoders)]
        for h, w in sizes:
            image = torch.rand(1, 3, h, w)
            names = ["feature", "top", *(f"c{i}" for i in range(LEVELS))]
            given = dict(zip(names, encoder.run(names, {"image": image.numpy()})))
            features = network.encoder(image)
            np.testing.assert_allclose(given["feature"], features[3].numpy(), rtol=1e-3, atol=1e-4)
            state = {name: given[name] for name in names if name.startswith("c")}
            for wanted, decoder in zip(network.decode(image, features), decoders):
                news = [f"n{i}" for i in range(LEVELS)]
                answer = decoder.run(["restored", *news], {"image": image.numpy(), "top": given["top"], **state})
                scale = max(1.0, float(wanted.abs().max()))
                self.assertLess(float(np.abs(answer[0] - wanted.numpy()).max()) / scale, 1e-4)
                state = {f"c{i}": value for i, value in enumerate(answer[1:])}

    def test_plain_encoder(self) -> None:
        self.compare(SMALL, ((32, 48), (64, 64)))

    def test_mini_with_stem_and_narrowed_features(self) -> None:
        small = replace(MINI, encoder=NAFNetConfig(6, (1, 1, 1, 1), 1, (), 2), top=20, widths=(16, 12, 8, 4),
                        sub_decoders=3)
        self.compare(small, ((64, 32), (64, 96)))

    def test_ufpnet_encoder(self) -> None:
        self.compare(replace(SMALL, kernel_side=5, sub_decoders=1), ((32, 48),))

    def test_classifier(self) -> None:
        head = randomised(blur_classifier(SMALL.features[3], 16, 6))
        run = session(classifier_graph(arrays(head), SMALL, half=False))
        feature = torch.randn(1, SMALL.features[3], 8, 6)
        given = run.run(["logits"], {"feature": feature.numpy()})[0]
        np.testing.assert_allclose(given, head(feature).numpy(), rtol=1e-4, atol=1e-5)


if __name__ == "__main__":
    unittest.main()
