"""The trainer of GLOWDeblur packs, one stage a run.

- `motion`: the offset network, self-supervised by re-blurring as Motion-ETR is: the sharp picture averaged along the
  motions found must give the blurred one, in linear light. The synthesis knows the true motions, so a supervised
  term on them is added: from few thousand steps re-blurring alone leaves directions unsettled where edges are rare;
- `pre`: the pre-reconstruction, begun from a nafnet-edge pack without its deepest levels;
- `autoencoder`: latents of the sharp picture, or of somewhere between it and the coarse one, beside the coarse picture's
  skips: the decoder must add what the latents say, and nothing where they say nothing;
- `patterns`, `mixed`: the diffusion network and the aligned features, everything else frozen: first blur patterns of all
  kinds and strengths (BPP), then what cameras do, with real pairs. In `mixed` the decoder learns along: it meets latents as
  the diffusion network makes them.

The diffusion stages keep the last `memory` samples as their frozen parts left them and learn from `drawn` of them a step:
a diffusion network of this size costs far less than what it is guided by. A resumed run begins with an empty memory.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..data.setup import gather
from ..demoe.options import base_config
from ..ema import Ema
from ..export import weights_of_pack
from ..losses import psnr_loss
from ..osdd.losses import faithful
from ..run import Run
from ..synth.colour import to_linear
from .batches import GlowMaker, Sample, told_photos, told_scene
from .check import Check
from .motion import reblurred
from .motion_data import MotionMaker
from .network import SIGMA_START, GlowDeblur, read_checkpoint
from .options import STAGES, GlowOptions, mix_of
from .pre import shortened

# Of the autoencoder's samples: those whose latents are the sharp picture's own.
TRUE_SHARE = 0.6
# Of the diffusion's: those that begin where sampling begins.
START_SHARE = 0.6
FAR = 10**9


class Kept(NamedTuple):
    """What the frozen parts made of one sample."""

    coarse: Tensor
    deep: Tensor
    motion: Tensor
    guide: Tensor
    skips: list[Tensor]
    wanted: Tensor
    sharp: Tensor
    ids: Tensor
    mask: Tensor


class GlowTrainer(Run):
    o: GlowOptions

    def __init__(self, options: GlowOptions) -> None:
        super().__init__(options)
        self.network = self._begin()
        self.heads = nn.Conv2d(self.network.config.aligned, self.network.config.latent, 1)
        self.trained = self._trained()
        for value in self.network.parameters():
            value.requires_grad_(False)
        for value in self.trained:
            value.requires_grad_(True)
        self.ema = Ema(self.network, 0.998)
        self.optimiser = torch.optim.AdamW(self.trained, lr=options.rate, betas=(0.9, 0.98), weight_decay=1e-4)
        self.noise = torch.Generator().manual_seed(options.seed)
        self.memory: deque[Kept] = deque(maxlen=options.memory)
        self.resume()

    def _begin(self) -> GlowDeblur:
        o = self.o
        if o.start_from is not None:
            config, weights = read_checkpoint(o.start_from)
            network = GlowDeblur(config)
            network.load_state_dict(weights)
        elif o.stage in STAGES[:2] or o.base is not None:
            network = GlowDeblur(o.config)
        else:
            raise ValueError(f"the stage {o.stage} begins from a checkpoint: give --from")
        if o.start_from is None and o.base is not None:
            weights = shortened(weights_of_pack(o.base), base_config(o.base), network.config.pre)
            network.pre.load_state_dict(weights, strict=False)
        for part, path in o.take.items():
            _, weights = read_checkpoint(path)
            getattr(network, part).load_state_dict({k.removeprefix(f"{part}."): v for k, v in weights.items() if k.startswith(f"{part}.")})
        return network.to(memory_format=torch.channels_last)

    def _trained(self) -> list[nn.Parameter]:
        n, stage = self.network, self.o.stage
        if stage == "autoencoder":
            return [*n.encoder.parameters(), *n.decoder.parameters()]
        if stage in ("motion", "pre"):
            return [p for key, p in getattr(n, stage).named_parameters() if not key.startswith("aligned")]
        decoder = n.decoder.parameters() if stage == "mixed" else ()
        return [*n.dit.parameters(), *n.pre.aligned.parameters(), *self.heads.parameters(), *decoder]

    def state(self) -> dict[str, Any]:
        return {
            "stage": self.o.stage, "network": self.network.state_dict(), "ema": self.ema.network.state_dict(),
            "heads": self.heads.state_dict(), "optimiser": self.optimiser.state_dict(), "noise": self.noise.get_state(),
            "config": self.network.config.to_json(), "without": list(self.o.without),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        if state["stage"] != self.o.stage:
            raise ValueError(f"{self.o.out} holds a run of the stage {state['stage']}")
        self.network.load_state_dict(state["network"])
        self.ema.network.load_state_dict(state["ema"])
        self.heads.load_state_dict(state["heads"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.noise.set_state(state["noise"])

    def run(self) -> None:
        """Trains until the minutes are over or the process is asked to end."""
        o = self.o
        mix = mix_of(o.stage)
        material = gather(o.photos, o.pairs, o.keep_pairs, o.scenes, self.device)
        print(f"{sum(p.numel() for p in self.network.parameters())} parameters, {sum(p.numel() for p in self.trained)} of them "
              f"trained; {len(material.photos)} pictures, {len(material.pairs) if material.pairs else 0} pairs", flush=True)
        if o.stage == "motion":
            maker: Any = MotionMaker(material.photos, o.seed)
        else:
            maker = GlowMaker(material, [told_scene(seed) for seed in range(o.captioned)], told_photos(o.photos), mix,
                              self.network.config, o.seed)
        self.check = Check(o.stage, material, self.network.config, o.without) if o.check_minutes > 0 else None
        if o.stage == "autoencoder" and self.step == 0:
            self._settle(maker)
        self.train(maker)
        if o.stage == "autoencoder":
            # Training has moved the latents' scale; what comes next is told their last one.
            for network in (self.network, self.ema.network):
                network.settle(self._latents(network, maker))
            self.save()

    @torch.no_grad()
    def _latents(self, network: GlowDeblur, maker: GlowMaker) -> Tensor:
        return torch.cat([network.encoder(maker.make(FAR + i, 4, 128).sharp)[0] for i in range(8)])

    def _settle(self, maker: GlowMaker) -> None:
        self.network.settle(self._latents(self.network, maker))
        self.ema.network.load_state_dict(self.network.state_dict())

    def one_step(self, batches: Any, progress: float) -> tuple[float, ...]:
        for group in self.optimiser.param_groups:
            group["lr"] = self.o.rate * self.factor(progress, 0.01)
        self.optimiser.zero_grad(set_to_none=True)
        batch = batches.next()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.halved):
            step = {"motion": self._motion, "pre": self._pre, "autoencoder": self._autoencoder}.get(self.o.stage, self._diffusion)
            parts = step(batch)
        torch.stack(parts).sum().backward()
        norm = nn.utils.clip_grad_norm_(self.trained, self.o.clip)
        # One overflow in bfloat16 must not spoil what other steps have taught.
        if bool(torch.isfinite(norm)):
            self.optimiser.step()
        self.ema.update(self.network, self.step + 1)
        return tuple(float(p.detach()) for p in parts)

    def _motion(self, batch: tuple[Tensor, ...]) -> list[Tensor]:
        blurred, sharp, truth, certain = batch
        found = self.network.motion(blurred, cells=False).float()
        # On the half grid, in its own pixels: a quarter of the work.
        small = [F.avg_pool2d(x, 2) for x in (sharp, to_linear(blurred))]
        with torch.autocast(self.device.type, enabled=False):
            again = reblurred(small[0], found / 2)
        wanted, sure = F.avg_pool2d(truth, 2), (F.avg_pool2d(certain, 2) == 1).float()
        # Squares: where several motions are possible their mean has the likeliest direction, their median may have none.
        off = ((found - wanted) * sure / (4 + wanted[:, :2].norm(dim=1, keepdim=True))).square()
        variation = sum(x.abs().mean() for x in (found.diff(dim=2), found.diff(dim=3)))
        return [100 * (again - small[1]).square().mean(), 4 * off[:, :2].mean() + off[:, 2:].mean(),
                0.002 * variation + 2e-5 * found.square().mean()]

    def _pre(self, batch: Sample) -> list[Tensor]:
        coarse = self.network.pre.look(batch.blurred)[0].float()
        return [psnr_loss(coarse, batch.sharp, self.o.floor)]

    def _autoencoder(self, batch: Sample) -> list[Tensor]:
        n, sharp = self.network, batch.sharp
        with torch.no_grad():
            coarse = n.pre(batch.blurred)[0].float()
        own, skips = n.encoder(coarse)
        true, _ = n.encoder(sharp)
        share = torch.rand(len(sharp), generator=self.noise)
        share = torch.where(torch.rand(len(sharp), generator=self.noise) < TRUE_SHARE, 1.0, share).view(-1, 1, 1, 1)
        latent = torch.lerp(own, true, share)
        latent = latent + 0.05 * torch.randn(latent.shape, generator=self.noise)
        answer = n.decoder(latent, coarse, skips)
        return [*faithful(answer, sharp), 0.02 * psnr_loss(answer.float(), sharp, self.o.floor),
                5e-3 * (true.square().mean() + own.square().mean())]

    @torch.no_grad()
    def _keep(self, batch: Sample) -> None:
        """Runs the frozen parts and remembers what they say; guides that are left out say nothing."""
        n, without = self.network, self.o.without
        coarse, deep = n.pre.look(batch.blurred)
        coarse = batch.blurred if "pre" in without else coarse.float().clamp(0, 1)
        guide, skips = n.encoder(coarse)
        motion = n.motion(batch.blurred).float() * ("motion" not in without)
        wanted = n.encoder(batch.sharp)[0]
        mask = batch.mask * ("caption" not in without)
        for i in range(len(coarse)):
            own = (x[i : i + 1] for x in (coarse, deep, motion, guide))
            self.memory.append(Kept(*own, [s[i : i + 1] for s in skips], *(x[i : i + 1] for x in (wanted, batch.sharp, batch.ids, mask))))

    def _diffusion(self, batch: Sample) -> list[Tensor]:
        self._keep(batch)
        o, n = self.o, self.network
        same = [k for k in self.memory if k.guide.shape == self.memory[-1].guide.shape]
        rng = np.random.default_rng([o.seed, self.step, 3])
        chosen = [same[-1 - i] for i in range(min(len(batch.sharp), o.drawn))]
        chosen += [same[int(i)] for i in rng.integers(len(same), size=max(0, o.drawn - len(chosen)))]
        deep, motion, guide, wanted, ids, mask = (torch.cat([getattr(k, name) for k in chosen])
                                                  for name in ("deep", "motion", "guide", "wanted", "ids", "mask"))
        count = len(chosen)
        mask = mask * (torch.rand(count, 1, generator=self.noise) >= o.dropped)
        aligned = n.pre.aligned(deep).float()
        told_apart = F.l1_loss(self.heads(aligned), wanted)
        aligned = aligned * ("pre" not in o.without)
        eps = torch.randn(guide.shape, generator=self.noise)
        start = torch.arange(count) < max(o.decoded, round(START_SHARE * count))
        level = torch.sigmoid(torch.randn(count, generator=self.noise)) * SIGMA_START
        sigma = torch.where(start, SIGMA_START, level.clamp_min(0.05))
        known = torch.where(start.view(-1, 1, 1, 1), guide, wanted)
        noisy = torch.lerp(known, eps, sigma.view(-1, 1, 1, 1))
        found = guide + n.dit.beyond(noisy, sigma, guide, aligned, motion, ids, mask).float()
        some = chosen[: o.decoded]
        skips = [torch.cat([k.skips[i] for k in some]) for i in range(len(some[0].skips))]
        answer = n.decoder(found[: len(some)], torch.cat([k.coarse for k in some]), skips).float()
        sharp = torch.cat([k.sharp for k in some])
        return [0.1 * psnr_loss(answer, sharp, o.floor), 2 * (found - wanted).square().mean(), 0.1 * told_apart]

    def figures(self) -> dict[str, float]:
        assert self.check is not None
        for average, current in zip(self.ema.network.buffers(), self.network.buffers()):
            average.copy_(current)
        return self.check.run(self.ema.network)


def merged(checkpoint: Path, take: dict[str, Path], out: Path) -> None:
    """Writes `checkpoint` with parts of others, as a checkpoint that can be exported."""
    config, weights = read_checkpoint(checkpoint)
    for part, path in take.items():
        _, others = read_checkpoint(path)
        weights |= {k: v for k, v in others.items() if k.startswith(f"{part}.")}
    torch.save({"stage": "merged", "ema": weights, "config": config.to_json()}, out)
