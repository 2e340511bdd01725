"""What every training run shares: options, clock, checkpoints, the loop, and the curve.

The schedule follows wall time, or on a machine shared with other work the processor's, so that a run of any length
ends well annealed.
"""

from __future__ import annotations

import csv
import json
import math
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from .data.batches import BatchMaker, Inline, Prefetch
from .precision import supports_bf16

CHECKPOINT = "last.pt"
AHEAD = 3
REPORT_SECONDS = 30.0


@dataclass(kw_only=True)
class RunOptions:
    """Minutes count the whole run, resumed parts together; with `most_steps` it ends at whichever comes first."""

    photos: list[str]
    pairs: list[str]
    out: Path
    minutes: float
    keep_pairs: list[str] = field(default_factory=list)
    resume: bool = False
    processor_time: bool = False
    device: str = "cpu"
    precision: str = "auto"
    compile: bool = False
    threads: int = 2
    seed: int = 1
    scenes: int = 96
    batch: int = 4
    side: int = 128
    late_batch: int = 2
    late_side: int = 256
    late_share: float = 0.2
    rate: float = 1e-3
    warm_up: int = 200
    check_minutes: float = 5.0
    save_minutes: float = 3.0
    most_steps: int | None = None


class Run:
    """One run. `state` and `load_state` are what a checkpoint holds: enough to go on as if never interrupted."""

    def __init__(self, options: RunOptions) -> None:
        self.o = options
        self.device = torch.device(options.device)
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.halved = supports_bf16(self.device, options.precision)
        self.step, self.elapsed, self.late_from = 0, 0.0, -1
        self.stop = False
        self.clock = time.process_time if options.processor_time else time.monotonic
        options.out.mkdir(parents=True, exist_ok=True)

    def state(self) -> dict[str, Any]:
        """What the method adds to a checkpoint."""
        raise NotImplementedError

    def load_state(self, state: dict[str, Any]) -> None:
        raise NotImplementedError

    def one_step(self, batches: Prefetch | Inline, progress: float) -> tuple[float, ...]:
        """Learns from one batch; `progress` 0..1. Returns losses, to be shown. `loop` counts the step."""
        raise NotImplementedError

    def figures(self) -> dict[str, float]:
        """A row of the curve: how good the run is on what is held out."""
        raise NotImplementedError

    def resume(self) -> None:
        """Goes on from the last checkpoint where that is asked for and one lies in `out`."""
        path = self.o.out / CHECKPOINT
        if not (self.o.resume and path.exists()):
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.step, self.elapsed = int(state["step"]), float(state["elapsed"])
        self.late_from = int(state["late_from"])
        self.load_state(state)

    def save(self, name: str = CHECKPOINT) -> None:
        """Writes the state; a half-written file never replaces a whole one."""
        state = self.state() | {"step": self.step, "elapsed": self.elapsed, "late_from": self.late_from}
        target = self.o.out / name
        partial = target.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, target)

    def plan(self, number: int) -> tuple[int, int]:
        """Batch size and crop side of batch `number`."""
        if 0 <= self.late_from <= number:
            return self.o.late_batch, self.o.late_side
        return self.o.batch, self.o.side

    def progress(self) -> float:
        """0..1: the share of the minutes, or of the steps where that is more."""
        steps = 0.0 if self.o.most_steps is None else self.step / self.o.most_steps
        return max(self.elapsed / (self.o.minutes * 60), steps)

    def factor(self, progress: float, least: float = 1e-3) -> float:
        """On the peak rate: a cosine over the run, after `warm_up` steps."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        return max(least, cosine * min(1.0, (self.step + 1) / self.o.warm_up))

    def train(self, maker: BatchMaker, loss_names: str = "loss") -> None:
        """Trains until the minutes are over or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "stop", True))
        cuda = self.device.type == "cuda"
        batches = Prefetch(maker, self.step, self.plan, AHEAD) if cuda else Inline(maker, self.step, self.plan)
        try:
            self._loop(batches, loss_names)
        finally:
            batches.close()
            self.save()

    def _loop(self, batches: Prefetch | Inline, loss_names: str) -> None:
        o, began = self.o, self.clock() - self.elapsed
        check, save, report = (_Every(seconds, self.elapsed)
                               for seconds in (o.check_minutes * 60, o.save_minutes * 60, REPORT_SECONDS))
        recent: list[tuple[float, ...]] = []
        since_check: list[float] = []
        then = (self.step, self.elapsed)
        while not self.stop and self.progress() < 1:
            progress = self.progress()
            if self.late_from < 0 and progress >= 1 - o.late_share:
                # Batches that are made already keep their size.
                self.late_from = self.step + AHEAD + 3
            losses = self.one_step(batches, progress)
            self.step += 1
            self.elapsed = self.clock() - began
            recent = [*recent[-199:], losses]
            since_check.append(losses[0])
            if report.due(self.elapsed):
                then = self._report(then, recent, loss_names)
            if check.due(self.elapsed):
                self._check(since_check)
            if save.due(self.elapsed):
                self.save()
        if o.check_minutes > 0:
            self._check(since_check)

    def _report(self, then: tuple[int, float], recent: list[tuple[float, ...]], names: str) -> tuple[int, float]:
        speed = (self.step - then[0]) / (self.elapsed - then[1])
        means = " ".join(f"{sum(column) / len(recent):.3f}" for column in zip(*recent))
        print(f"{self.elapsed / 60:6.1f} min  step {self.step}  {speed:.2f} steps/s  {names} {means}", flush=True)
        return self.step, self.elapsed

    def _check(self, losses: list[float]) -> None:
        row: dict[str, float] = {"minutes": round(self.elapsed / 60, 2), "step": self.step,
                                 "loss": round(sum(losses) / max(1, len(losses)), 4)}
        losses.clear()
        row |= {name: round(value, 4) for name, value in self.figures().items()}
        print(json.dumps(row), flush=True)
        append_row(self.o.out / "curve.csv", row)


class _Every:
    """Something that comes every so many seconds; never where they are 0."""

    def __init__(self, seconds: float, now: float) -> None:
        self.seconds = seconds or math.inf
        self.next = now + self.seconds

    def due(self, now: float) -> bool:
        if now < self.next:
            return False
        self.next = now + self.seconds
        return True


def append_row(path: Path, row: dict[str, Any]) -> None:
    """A row of a CSV file, with its header where the file is new."""
    fresh = not path.exists()
    with open(path, "a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, row.keys())
        if fresh:
            writer.writeheader()
        writer.writerow(row)
