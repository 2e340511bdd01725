"""Runs an AdaRevD pack with onnxruntime as the application does: window by window, each up to its exit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from ..nets.adarevd import LEVELS
from ..restraint import Restraint
from ..runner import PackRunner
from .exits import class_of_window, exits

STATE = [f"c{i}" for i in range(LEVELS)]


@dataclass
class Opened:
    """A window behind the encoder; `pictures` are those of the sub-decoders that ran, [3, H, W]."""

    image: np.ndarray
    features: dict[str, np.ndarray]
    window_class: int
    likeliest: int
    pictures: list[np.ndarray]


class AdaRevDRunner(PackRunner):
    """One pack, opened. `depth` is a fixed number of sub-decoders; None means exits at `tau` dB."""

    def __init__(self, folder: Path, tau: float = 0.05, depth: int | None = None, window: int | None = None,
                 overlap: int | None = None, threads: int = 2) -> None:
        self.folder = folder
        self.pack = json.loads((folder / "pack.json").read_text("utf-8"))
        size = self.pack["size"]
        self.window = size["window"] if window is None else window
        self.overlap = size["overlap"] if overlap is None else overlap
        self.multiple, self.padding = size["multipleOf"], size["padding"]
        self.tau, self.depth = tau, depth
        self.gains: list[list[float]] = self.pack["tables"]["exits"]["gainsDb"]
        self.edges: list[float] = self.pack["tables"]["exits"]["classEdgesDb"]
        self.sub_decoders = len(self.gains[0])
        self.costs: list[float] = self.pack["tables"]["exits"].get("costs", [1.0] * self.sub_decoders)
        self.class_quantile: float | None = self.pack["tables"]["exits"].get("classQuantile")
        self.restraint = Restraint.from_tables(self.pack["tables"])
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.sessions = {
            name: ort.InferenceSession(str(folder / graph["file"]), options, providers=["CPUExecutionProvider"])
            for name, graph in self.pack["graphs"].items()
        }
        # Exits of the windows since the runner was opened.
        self.taken: list[int] = []

    def open(self, image: np.ndarray) -> Opened:
        """Encoder and classifier on a window whose sides fit the rule."""
        names = ["feature", "top", *STATE]
        found = dict(zip(names, self.sessions["encoder"].run(names, {"image": image[None]})))
        logits = self.sessions["classifier"].run(["logits"], {"feature": found.pop("feature")})[0][0]
        return Opened(image, found, class_of_window(logits, self.class_quantile), int(logits.argmax()), [])

    def deepen(self, opened: Opened, depth: int) -> np.ndarray:
        """The picture after `depth` sub-decoders, running those that have not run."""
        while len(opened.pictures) < depth:
            session = self.sessions[f"decoder{len(opened.pictures) + 1}"]
            names = ["restored", *(f"n{i}" for i in range(LEVELS))]
            answer = session.run(names, {"image": opened.image[None], **opened.features})
            opened.features |= dict(zip(STATE, answer[1:]))
            picture = answer[0][0]
            opened.pictures.append(picture if self.restraint is None else self.restraint.apply(opened.image, picture))
        return opened.pictures[depth - 1] if depth else opened.image

    def exit_of(self, window_class: int) -> int:
        return exits([self.gains[window_class]], self.tau)[0] if self.depth is None else self.depth

    def tile(self, part: np.ndarray) -> np.ndarray:
        _, h, w = part.shape
        below, right = -h % self.multiple, -w % self.multiple
        mode = "reflect" if below < h and right < w else "symmetric"
        opened = self.open(np.ascontiguousarray(np.pad(part, ((0, 0), (0, below), (0, right)), mode=mode)))
        depth = self.exit_of(opened.window_class)
        self.taken.append(depth)
        return self.deepen(opened, depth)[:, :h, :w]
