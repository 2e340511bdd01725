"""The trainer of OSDD packs, one stage a run; each begins where the one before it ended.

- `vae`: the plain autoencoder on sharp pictures, for comparison alone;
- `evae`: both encoders and the decoder. The skips come from the blurred picture, the latents from the sharp one
  for `TRUE_SHARE` of the samples and from somewhere on the straight line between both pictures' latents for the
  others: the decoder must not break when a denoiser comes only part of the way, and the first encoder's own
  latents, which the published autoencoder owes to its earlier life, learn what they stand for;
- `base`: the denoiser, autoencoder frozen: PSNR loss of the picture and L1 of the latents;
- `fidelity`: its adapter alone, gamma 1, PSNR loss;
- `crispness`: its adapter alone, gamma 0, squared error + edge-aware DISTS + a discriminator on latents.

Schedules follow wall time, or on a machine shared with other work the processor's, so a run of any length ends
well annealed.
"""

from __future__ import annotations

import csv
import functools
import json
import math
import os
import signal
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..data.batches import BatchMaker, Inline, Prefetch
from ..data.setup import gather
from ..demoe.options import base_config
from ..ema import Ema
from ..export import weights_of_pack
from ..losses import psnr_loss
from ..nets.nafnet import NAFBlock, parameter_count
from ..precision import supports_bf16
from ..validation import Check, prepare
from .denoiser import AdaptedConv
from .ends import fit_ends
from .losses import Discriminator, faithful, perceptual, taken_for_real, told_apart
from .network import Osdd, read_checkpoint, start_from_base
from .options import OsddOptions, recipe_of
from .vae import divergence, sample

CHECKPOINT = "last.pt"
TRUE_SHARE = 0.6
# Batches that are no part of the run itself begin with this number.
FAR = 10**9
GAMMA = {"base": None, "fidelity": 1.0, "crispness": 0.0}


class OsddTrainer:
    """One run. `state` is what a checkpoint holds: enough to go on as if never interrupted."""

    def __init__(self, options: OsddOptions) -> None:
        self.o = options
        self.device = torch.device(options.device)
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        self.halved = supports_bf16(self.device, options.precision)
        self.network = self._begin().to(self.device)
        self.trained = self._trained()
        for value in self.network.parameters():
            value.requires_grad_(False)
        for value in self.trained:
            value.requires_grad_(True)
        self.ema = Ema(self.network)
        shape: dict[str, Any] = {"lr": options.rate, "betas": (0.9, 0.99), "weight_decay": 1e-4, "fused": True}
        self.optimiser = torch.optim.AdamW(self.trained, **shape)
        self.critic = Discriminator(self.network.config.latent).to(self.device)
        self.critic_optimiser = torch.optim.AdamW(self.critic.parameters(), lr=2e-4, betas=(0.5, 0.99), fused=True)
        self.noise = torch.Generator().manual_seed(options.seed)
        self.step, self.elapsed, self.late_from = 0, 0.0, -1
        self.stop = False
        self.clock = time.process_time if options.processor_time else time.monotonic
        options.out.mkdir(parents=True, exist_ok=True)
        if options.resume and (options.out / CHECKPOINT).exists():
            self._load(options.out / CHECKPOINT)
        if options.compile:
            self._compile_blocks()

    def _begin(self) -> Osdd:
        o = self.o
        if o.stage in ("vae", "evae"):
            network = Osdd(o.config, o.stage == "evae")
            if o.base is not None:
                start_from_base(network, weights_of_pack(o.base), base_config(o.base))
            return network
        if o.start_from is None:
            raise ValueError(f"the stage {o.stage} begins from a checkpoint: give --from")
        config, weights = read_checkpoint(o.start_from)
        if o.base is None:
            network = Osdd(config)
            network.load_state_dict(weights)
            return network
        if o.stage != "base" or config.autoencoder != o.config.autoencoder:
            raise ValueError("a pack to begin from changes the denoiser of the stage base alone, not the autoencoder")
        network = Osdd(o.config)
        start_from_base(network, weights_of_pack(o.base), base_config(o.base))
        kept = {key: value for key, value in weights.items() if not key.startswith("denoiser.")}
        network.load_state_dict(kept, strict=False)
        return network

    def _trained(self) -> list[nn.Parameter]:
        n, stage = self.network, self.o.stage
        if stage == "vae":
            return [*n.encoder.parameters(), *n.decoder.parameters()]
        if stage == "evae":
            return [*n.encoder.parameters(), *n.teacher.parameters(), *n.decoder.parameters()]
        if stage == "base":
            adapters = {id(p) for name in ("fidelity", "crispness") for p in n.denoiser.adapter(name)}
            return [p for p in n.denoiser.parameters() if id(p) not in adapters]
        return n.denoiser.adapter(stage)

    def _compile_blocks(self) -> None:
        """Compiles block by block: those of one shape share their code."""
        torch._dynamo.config.recompile_limit = 256
        compiled = torch.compile(NAFBlock.forward, dynamic=False)
        for module in self.network.modules():
            if isinstance(module, NAFBlock) and not isinstance(module.conv1, AdaptedConv):
                module.forward = functools.partial(compiled, module)  # type: ignore[method-assign]

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        if state["stage"] != self.o.stage:
            raise ValueError(f"{path} belongs to the stage {state['stage']}")
        self.network.load_state_dict(state["network"])
        self.ema.network.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.critic.load_state_dict(state["critic"])
        self.critic_optimiser.load_state_dict(state["criticOptimiser"])
        self.noise.set_state(state["noise"].cpu())
        self.step, self.elapsed = int(state["step"]), float(state["elapsed"])
        self.late_from = int(state["late_from"])

    def save(self) -> None:
        """Writes the state; a half-written file never replaces a whole one."""
        state = {
            "stage": self.o.stage, "network": self.network.state_dict(), "ema": self.ema.network.state_dict(),
            "optimiser": self.optimiser.state_dict(), "critic": self.critic.state_dict(),
            "criticOptimiser": self.critic_optimiser.state_dict(), "noise": self.noise.get_state(),
            "step": self.step, "elapsed": self.elapsed, "late_from": self.late_from,
            "config": self.network.config.to_json(),
        }
        target = self.o.out / CHECKPOINT
        partial = target.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, target)

    def plan(self, number: int) -> tuple[int, int]:
        """Batch size and crop side of batch `number`."""
        if 0 <= self.late_from <= number:
            return self.o.late_batch, self.o.late_side
        return self.o.batch, self.o.side

    def run(self) -> None:
        """Trains until the minutes are over or the process is asked to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "stop", True))
        o = self.o
        recipe, real_share = recipe_of(o.stage)
        pairs = [] if o.stage == "crispness" else o.pairs
        material = gather(o.photos, pairs, o.keep_pairs, o.scenes, self.device)
        print(f"{parameter_count(self.network)} parameters, {sum(p.numel() for p in self.trained)} of them trained; "
              f"{len(material.photos)} pictures, {len(material.pairs) if material.pairs else 0} pairs", flush=True)
        maker = BatchMaker(material.photos, material.pairs, recipe, real_share, o.seed, self.device)
        check = prepare(material, recipe)
        if o.stage == "base" and self.step == 0:
            self._rescale(maker)
            fit_ends(self.network, lambda number: maker.make(FAR + number, 4, self.o.side))
            self.ema.network.load_state_dict(self.network.state_dict())
        cuda = self.device.type == "cuda"
        batches: Prefetch | Inline = (Prefetch if cuda else Inline)(maker, self.step, self.plan)
        try:
            self._loop(batches, check)
        finally:
            batches.close()
            self.save()

    @torch.no_grad()
    def _rescale(self, maker: BatchMaker) -> None:
        """The paper's s: latents of sharp pictures get a standard deviation of one."""
        sharp = torch.cat([maker.make(FAR + i, 4, self.o.side)[1] for i in range(8)])
        factor = 1 / float(self.network.teacher(sharp)[1].std())
        self.network.rescale(factor)
        print(f"latents scaled by {factor:.4f}", flush=True)

    def _loop(self, batches: Prefetch | Inline, check: Check) -> None:
        o, began = self.o, self.clock() - self.elapsed
        budget = o.minutes * 60
        saved = checked = reported = self.elapsed
        steps_then, losses = self.step, []
        limit = math.inf if o.most_steps is None else o.most_steps
        while not self.stop and self.elapsed < budget and self.step < limit:
            progress = self.elapsed / budget
            if self.late_from < 0 and progress >= 1 - o.late_share:
                self.late_from = self.step + 6
            losses.append(self._one_step(batches, progress))
            self.elapsed = self.clock() - began
            if self.elapsed - reported >= 30:
                speed = (self.step - steps_then) / (self.elapsed - reported)
                mean = ", ".join(f"{v:.4f}" for v in torch.tensor(losses[-100:]).mean(0).tolist())
                print(f"{self.elapsed / 60:6.1f} min  step {self.step}  {speed:.2f} steps/s  loss {mean}", flush=True)
                reported, steps_then = self.elapsed, self.step
            if self.elapsed - checked >= o.check_minutes * 60:
                checked = self.elapsed
                self._check(check, losses)
            if self.elapsed - saved >= o.save_minutes * 60:
                saved = self.elapsed
                self.save()
        self._check(check, losses)

    def _rate(self, progress: float) -> float:
        """Factor on the peak rate: a cosine over wall time, after the warm-up."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        return max(2e-3, cosine * min(1.0, (self.step + 1) / self.o.warm_up))

    def _one_step(self, batches: Prefetch | Inline, progress: float) -> tuple[float, ...]:
        blurred, sharp = (x.to(self.device, non_blocking=True) for x in batches.next())
        for group in self.optimiser.param_groups:
            group["lr"] = self.o.rate * self._rate(progress)
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.halved):
            parts = {"vae": self._plain, "evae": self._enhanced}.get(self.o.stage, self._denoised)(blurred, sharp)
        total = torch.stack(parts).sum()
        total.backward()
        nn.utils.clip_grad_norm_(self.trained, self.o.clip)
        self.optimiser.step()
        self.step += 1
        self.ema.update(self.network, self.step)
        return tuple(float(p.detach()) for p in parts)

    def _plain(self, _blurred: Tensor, sharp: Tensor) -> list[Tensor]:
        skips, mean, spread = self.network.encoder(sharp)
        answer = self.network.decoder(sample(mean, spread, self.noise), skips, sharp)
        return [*faithful(answer, sharp), 1e-6 * divergence(mean.float(), spread.float())]

    def _enhanced(self, blurred: Tensor, sharp: Tensor) -> list[Tensor]:
        skips, own, _ = self.network.encoder(blurred)
        _, mean, spread = self.network.teacher(sharp)
        count = len(sharp)
        share = torch.rand(count, generator=self.noise)
        share = torch.where(torch.rand(count, generator=self.noise) < TRUE_SHARE, 1.0, share).to(sharp.device)
        latent = torch.lerp(own.float(), sample(mean.float(), spread.float(), self.noise), share.view(-1, 1, 1, 1))
        answer = self.network.decoder(latent, skips, blurred)
        return [*faithful(answer, sharp), 1e-6 * divergence(mean.float(), spread.float())]

    def _denoised(self, blurred: Tensor, sharp: Tensor) -> list[Tensor]:
        n, stage = self.network, self.o.stage
        with torch.no_grad():
            skips, own, _ = n.encoder(blurred)
            wanted = n.teacher(sharp)[1].float()
        latent = n.denoiser(own, GAMMA[stage])
        answer = n.decoder(latent, skips, blurred).float()
        near = (latent.float() - wanted).abs().mean()
        if stage != "crispness":
            return [psnr_loss(answer, sharp, self.o.floor), (2.0 if stage == "base" else 0.2) * near]
        self._teach_critic(wanted, latent.detach().float())
        self.critic.requires_grad_(False)
        parts = [60 * (answer - sharp).square().mean(), perceptual(answer, sharp, n.teacher),
                 self.o.adversarial * taken_for_real(self.critic(latent.float()))]
        self.critic.requires_grad_(True)
        return parts

    def _teach_critic(self, real: Tensor, made: Tensor) -> None:
        with torch.autocast(self.device.type, enabled=False):
            loss = told_apart(self.critic(real), self.critic(made))
        self.critic_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.critic_optimiser.step()

    def _check(self, check: Check, losses: list[tuple[float, ...]]) -> None:
        network = self.ema.network
        figures = check.run(_Seen(network, self.o.stage), self.device, network.config.multiple_of)
        mean = torch.tensor(losses).mean(0).tolist() if losses else []
        losses.clear()
        row: dict[str, Any] = {"minutes": round(self.elapsed / 60, 2), "stage": self.o.stage, "step": self.step,
                               "loss": round(sum(mean), 4)}
        row |= {name: round(value, 4) for name, value in figures.items() if not name.startswith("soft")}
        print(json.dumps(row), flush=True)
        path = self.o.out / "curve.csv"
        fresh = not path.exists()
        with open(path, "a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, row.keys())
            if fresh:
                writer.writeheader()
            writer.writerow(row)


class _Seen(nn.Module):
    """The network as its stage uses it: picture to picture."""

    def __init__(self, network: Osdd, stage: str) -> None:
        super().__init__()
        self.network, self.stage = network, stage

    def forward(self, image: Tensor) -> Tensor:
        if self.stage in ("vae", "evae"):
            return self.network.reconstruct(image)
        return self.network(image, GAMMA[self.stage])
