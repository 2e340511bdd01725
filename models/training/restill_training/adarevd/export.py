"""AdaRevD checkpoints to packs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import nn

from ..nets.adarevd import LEVELS, AdaRevD, AdaRevDConfig
from ..nets.nafnet import parameter_count
from ..packfile import PackFields, write_pack
from .classifier import CLASSIFIER, read_classifier
from .graphs import (
    Tensors,
    classifier_graph,
    classifier_tensors,
    decoder_graph,
    decoder_tensors,
    encoder_graph,
    encoder_tensors,
)
from .table import RESTRAINT, TABLE
from .train import read_run

# Largest allowed absolute difference between stored graphs and networks, on pictures in 0..1.
STORED = 2e-3


def _named(name: str, tensors: tuple[Tensors, Tensors]) -> dict[str, Any]:
    inputs, outputs = (
        [{"name": n, "type": "float32", "shape": shape} for n, shape in side] for side in tensors
    )
    return {"file": f"{name}.onnx", "inputs": inputs, "outputs": outputs}


def write_graphs(network: AdaRevD, classifier: nn.Module, folder: Path, half: bool = True) -> dict[str, dict[str, Any]]:
    """Writes the ONNX files; returns the `graphs` entry of pack.json, the encoder first."""
    config = network.config
    weights, head = ({k: v.detach().cpu().numpy() for k, v in m.state_dict().items()} for m in (network, classifier))
    onnx.save(encoder_graph(weights, config, half), folder / "encoder.onnx")
    onnx.save(classifier_graph(head, config, half), folder / "classifier.onnx")
    described = {
        "encoder": _named("encoder", encoder_tensors(config)),
        "classifier": _named("classifier", classifier_tensors(config, head["2.alpha"].shape[1])),
    }
    for index in range(config.sub_decoders):
        name = f"decoder{index + 1}"
        onnx.save(decoder_graph(weights, config, index, half), folder / f"{name}.onnx")
        described[name] = _named(name, decoder_tensors(config))
    return described


def architecture_of(config: AdaRevDConfig, classifier: nn.Module) -> dict[str, Any]:
    """The `architecture` entry of pack.json."""
    with torch.device("meta"):
        count = parameter_count(AdaRevD(config))
    return {
        "network": "adarevd",
        "encoder": "ufpnet" if config.kernel_side else "nafnet",
        "encoderWidth": config.encoder.width,
        "encoderBlocks": list(config.encoder.encoder_blocks),
        "middleBlocks": config.encoder.middle_blocks,
        "stem": config.encoder.stem,
        "decoderWidths": list(config.widths),
        "subDecoders": config.sub_decoders,
        "spectralExpansion": config.expansion,
        "orthonormal": config.orthonormal,
        "starts": [config.start(i) for i in range(config.sub_decoders)],
        "plain": config.plain,
        "parameters": count,
        "classifierParameters": parameter_count(classifier),
    }


@torch.no_grad()
def largest_difference(network: AdaRevD, classifier: nn.Module, folder: Path,
                       sizes: tuple[tuple[int, int], ...], seed: int = 0) -> float:
    """Largest absolute difference between the pack's pictures and the network's on random pictures; the
    classifier must put them into the same class."""
    sessions = {
        p.stem: ort.InferenceSession(str(p), providers=["CPUExecutionProvider"]) for p in folder.glob("*.onnx")
    }
    generator = torch.Generator().manual_seed(seed)
    names = ["feature", "top", *(f"c{i}" for i in range(LEVELS))]
    worst = 0.0
    for height, width in sizes:
        image = torch.rand(1, 3, height, width, generator=generator)
        held = dict(zip(names, sessions["encoder"].run(names, {"image": image.numpy()})))
        features = network.encoder(image)
        logits = sessions["classifier"].run(["logits"], {"feature": held.pop("feature")})[0]
        if int(logits.argmax()) != int(classifier(features[3]).argmax()):
            raise ValueError("the classifier's graph differs from the network")
        for index, wanted in enumerate(network.decode(image, features)):
            answer = sessions[f"decoder{index + 1}"].run(
                ["restored", *(f"n{i}" for i in range(LEVELS))], {"image": image.numpy(), **held}
            )
            held |= {f"c{i}": value for i, value in enumerate(answer[1:])}
            worst = max(worst, float(np.abs(answer[0] - wanted.numpy()).max()))
    return worst


def costs_of(folder: Path, graphs: dict[str, dict[str, Any]], side: int = 256, times: int = 9) -> list[float]:
    """Share of every sub-decoder in the time of all: medians of runs in turn on one thread, to a hundredth."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    rng = np.random.default_rng(1)
    names = [name for name in graphs if name.startswith("decoder")]
    sessions = [ort.InferenceSession(str(folder / graphs[n]["file"]), options, providers=["CPUExecutionProvider"]) for n in names]
    image = rng.random((1, 3, side, side), np.float32)
    encoder = ort.InferenceSession(str(folder / graphs["encoder"]["file"]), options, providers=["CPUExecutionProvider"])
    given = ["top", *(f"c{i}" for i in range(LEVELS))]
    inputs = {"image": image, **dict(zip(given, encoder.run(given, {"image": image})))}
    spent: list[list[float]] = []
    for _ in range(times + 1):
        row = []
        for session in sessions:
            began = time.perf_counter()
            session.run(["restored"], inputs)
            row.append(time.perf_counter() - began)
        spent.append(row)
    seconds = np.median(spent[1:], axis=0)
    return [max(0.01, round(float(s / seconds.sum()), 2)) for s in seconds]


def restraint_table() -> dict[str, float]:
    """The restraint that the table was measured with, as in pack.json."""
    return {"keepDb": RESTRAINT.keep_db, "sharp": RESTRAINT.sharp, "blurred": RESTRAINT.blurred}


def export_run(run: Path, folder: Path, half: bool = True, tiled_db: float = 30.0, version: str = "1.0.0",
               class_quantile: float | None = None) -> dict[str, float]:
    """Writes the pack of a run's folder (last.pt, classifier.pt, table.json); returns what parity found."""
    network = read_run(run / "last.pt")
    classifier, edges = read_classifier(run / CLASSIFIER, network.config.features[3])
    table = json.loads((run / TABLE).read_text("utf-8"))
    if table["classEdgesDb"] != edges:
        raise ValueError(f"{run / TABLE} was measured for other classes; run --stage table again")
    if class_quantile is not None:
        table["classQuantile"] = class_quantile
    folder.mkdir(parents=True, exist_ok=True)
    graphs = write_graphs(network, classifier, folder, half)
    difference = largest_difference(network, classifier, folder, ((128, 160), (256, 256)))
    if difference > STORED:
        raise ValueError(f"the graphs differ from the network by {difference:.2e}")
    card = folder / "card.md"
    if not card.exists():
        card.write_text("# AdaRevD mini\n", encoding="utf-8")
    write_pack(PackFields(
        id="adarevd-mini",
        title="AdaRevD mini",
        source=(
            "Trained by the restill authors with the code in models/training on openly licensed photographs "
            "(GoPro and REDS pairs, Kodak, scikit-image, squoosh, linku, MATE and Lomiri backgrounds) and on "
            "procedural scenes, behind the frozen encoder of nafnet-edge-mini; card.md lists them."
        ),
        architecture=architecture_of(network.config, classifier),
        multiple_of=network.config.encoder.multiple_of,
        window=256,
        overlap=32,
        tiled_db=tiled_db,
        engine="adarevd",
        graphs=graphs,
        version=version,
        tables={"exits": table | {"costs": costs_of(folder, graphs)}, "restraint": restraint_table()},
    ), folder)
    return {"stored": difference}
