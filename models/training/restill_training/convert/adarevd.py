"""Official AdaRevD checkpoints (RevD-S, -B, -L) with their classifiers to packs.

The files are the user's own downloads (INVOKERer/AdaRevD links them); nothing is fetched here. Sizes are
read off the tensors; every missing or surplus key is reported.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..adarevd.export import STORED, architecture_of, largest_difference, write_graphs
from ..adarevd.published import EDGES, TABLES
from ..nets.adarevd import LEVELS, AdaRevD, AdaRevDConfig, blur_classifier
from ..nets.nafnet import NAFNetConfig
from ..packfile import PackFields, sha256_of, write_pack
from .nafnet import unwrapped
from .unpickler import read_checkpoint

LICENCE = (
    "AdaRevD is published by its authors (INVOKERer/AdaRevD) under an Academic Public License: for "
    "academic, non-commercial use only. Its encoder comes from UFPNet (Fangzhenxuan/UFPDeblur), which "
    "states no licence. Converted weights must not be passed on. By accepting you confirm that you "
    "obtained the files from their authors or with their permission, and that you may use them for what "
    "you are about to do."
)


def _count(state: dict[str, Tensor], pattern: str) -> int:
    numbers = [int(m.group(1)) for key in state if (m := re.match(pattern, key))]
    return max(numbers, default=-1) + 1


def infer_config(state: dict[str, Tensor]) -> AdaRevDConfig:
    """Shape of a network in the published layout, read off its tensors."""
    wanted = ("encoder.intro.weight", "subdenets.0.level0.fusion.up.0.weight", "outputs.0.0.weight")
    missing = [key for key in wanted if key not in state or state[key].ndim != 4]
    if missing:
        raise ValueError(f"this is not an AdaRevD checkpoint: it lacks {', '.join(missing)}")
    blocks = tuple(_count(state, rf"encoder\.encoders\.{i}\.(\d+)\.") for i in range(LEVELS))
    codes = state.get("encoder.kernel_down.0.weight")
    up = [state.get(f"subdenets.0.level{i}.fusion.up.0.weight") for i in range(LEVELS)]
    widths = tuple(int(u.shape[0]) // 4 if u is not None else 0 for u in up)
    inner = state.get("subdenets.0.level3.blocks.0.fft_block1.complex_conv1.weight")
    return AdaRevDConfig(
        encoder=NAFNetConfig(int(state["encoder.intro.weight"].shape[0]), blocks,
                             _count(state, r"encoder\.middle_blks\.(\d+)\."), (), 1),
        kernel_side=0 if codes is None else math.isqrt(int(codes.shape[0])),
        top=int(state[wanted[1]].shape[1]),
        widths=(widths[0], widths[1], widths[2], widths[3]),
        sub_decoders=_count(state, r"subdenets\.(\d+)\."),
        expansion=2 if inner is None else int(inner.shape[0]) // int(inner.shape[1]),
    )


def loaded(module: nn.Module, state: dict[str, Tensor], what: str) -> nn.Module:
    """The module with these weights; raises with the full list of keys that are missing, unknown,
    misshapen or not finite."""
    wanted = module.state_dict()
    problems = [f"missing {key}" for key in wanted if key not in state]
    problems += [f"unknown {key}" for key in state if key not in wanted]
    for key, tensor in wanted.items():
        if key in state and state[key].shape != tensor.shape:
            problems.append(f"{key} has shape {tuple(state[key].shape)}, not {tuple(tensor.shape)}")
        elif key in state and not bool(torch.isfinite(state[key]).all()):
            problems.append(f"{key} holds values that are not finite")
    if problems:
        raise ValueError(f"{what} does not fit:\n  " + "\n  ".join(problems))
    module.load_state_dict(state)
    return module.eval().requires_grad_(False)


def split(tree: Any) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Network and, where the file has one, classifier (`ape.` removed)."""
    state = unwrapped(tree)
    head = {k.removeprefix("ape."): v for k, v in state.items() if k.startswith("ape.")}
    rest = {k: v for k, v in state.items() if not k.startswith("ape.")}
    # Only the two fine levels of kernel maps are used; full UFPNet files carry four.
    rest = {k: v for k, v in rest.items() if not re.match(r"encoder\.kernel_down\.[23]\.", k)}
    return rest, head


def load_classifier(state: dict[str, Tensor], channels: int) -> tuple[nn.Sequential, int]:
    """The classifier of a state dict and its number of classes."""
    alpha, first = state.get("2.alpha"), state.get("0.weight")
    if alpha is None or alpha.ndim != 2 or first is None or first.ndim != 4:
        raise ValueError("this is not an AdaRevD classifier: it lacks 2.alpha or 0.weight")
    classes = int(alpha.shape[1])
    head = blur_classifier(channels, int(first.shape[0]), classes)
    loaded(head, state, "the classifier")
    return head, classes


def exit_table(name: str | None, sub_decoders: int, classes: int, classifier_file: str) -> dict[str, Any]:
    """The published table O that belongs to the files; asked for by name, or told by their names."""
    size = "L" if sub_decoders == 8 else "B"
    fitting = [n for n, rows in TABLES.items() if len(rows) == classes and len(rows[0]) == sub_decoders]
    guess = next((n for n in fitting if n.split()[-1].replace("-", "_").lower() in classifier_file.lower()), None)
    name = name or guess
    if name not in fitting:
        raise ValueError(
            f"which published table belongs to this RevD-{size}? Say --exits with one of: "
            + (", ".join(f"'{n}'" for n in fitting) or f"none fits {sub_decoders} sub-decoders and {classes} classes")
        )
    return {"classEdgesDb": list(EDGES[classes]), "gainsDb": [list(row) for row in TABLES[name]], "published": name}


def convert(path: Path, classifier: Path | None, exits: str | None, out: Path, accepted: bool,
            half: bool = True) -> float:
    """Writes the pack and returns the largest difference between its graphs and the networks."""
    if not accepted:
        raise ValueError(LICENCE + "\nRepeat the command with --accept-licence to go on.")
    state, head = split(read_checkpoint(path))
    if classifier is not None:
        head = unwrapped(read_checkpoint(classifier))
        head = {k.removeprefix("ape."): v for k, v in head.items()}
    if not head:
        raise ValueError(f"{path.name} holds no classifier: give its file with --classifier")
    config = infer_config(state)
    network = AdaRevD(config)
    loaded(network, state, path.name)
    ape, classes = load_classifier(head, config.features[3])
    table = exit_table(exits, config.sub_decoders, classes, (classifier or path).stem)
    out.mkdir(parents=True, exist_ok=True)
    graphs = write_graphs(network, ape, out, half)
    difference = largest_difference(network, ape, out, ((64, 96),))
    if difference > STORED:
        raise ValueError(f"the graphs differ from the network by {difference:.2e}")
    files = {p.name: sha256_of(p) for p in (path, classifier) if p is not None}
    source = "Converted from " + ", ".join(f"{n} (SHA-256 {d})" for n, d in files.items()) + ", brought by the user."
    name = f"adarevd-{'l' if config.sub_decoders == 8 else 'b' if config.sub_decoders == 4 else 's'}"
    (out / "card.md").write_text(
        f"# AdaRevD, {config.sub_decoders} sub-decoders, converted\n\n{source}\n\n{LICENCE}\n\n"
        f"Exit table: {table['published']}. UFPNet's random numbers are left out.\n\n"
        f"Largest difference to the PyTorch network on random pictures: {difference:.1e} (values 0 to 1).\n",
        encoding="utf-8",
    )
    write_pack(PackFields(
        id=name,
        title=f"{table['published'].split()[0].replace('RevD', 'AdaRevD')} (imported)",
        source=source,
        architecture=architecture_of(config, ape),
        multiple_of=config.encoder.multiple_of,
        window=384,
        overlap=32,
        tiled_db=30.0,
        engine="adarevd",
        licence="Academic Public License (non-commercial)",
        graphs=graphs,
        tables={"exits": table, "provenance": {"files": files, "licence": LICENCE, "accepted": True,
                                               "largestDifference": difference}},
    ), out)
    return difference
