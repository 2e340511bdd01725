"""Writing `pack.json`, the description that lies beside every pack's graph files.

The schema is closed: the application refuses unknown keys, so every field is named here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

IMAGE_SHAPE = [1, 3, "height", "width"]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 hex digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


@dataclass
class Architecture:
    """What the network is made of; `parameters` counts trainable numbers."""

    width: int
    encoder_blocks: list[int]
    middle_blocks: int
    decoder_blocks: list[int]
    stem: int
    parameters: int
    network: str = "nafnet"

    def to_json(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "width": self.width,
            "encoderBlocks": self.encoder_blocks,
            "middleBlocks": self.middle_blocks,
            "decoderBlocks": self.decoder_blocks,
            "stem": self.stem,
            "parameters": self.parameters,
        }


@dataclass
class PackFields:
    """Everything `pack.json` says that is not measured from the files themselves.

    `graphs` describes the graphs of a pack that has others than the one graph `restore`.
    """

    id: str
    title: str
    source: str
    architecture: Architecture | dict[str, Any]
    multiple_of: int
    window: int
    overlap: int
    padding: str = "reflect"
    tiled_db: float = 45.0
    engine: str = "nafnet-edge"
    version: str = "1.0.0"
    licence: str = "MIT"
    tables: dict[str, Any] = field(default_factory=dict)
    figures: list[dict[str, Any]] = field(default_factory=list)
    graph_file: str = "restore.onnx"
    other_files: list[str] = field(default_factory=lambda: ["card.md"])
    graphs: dict[str, dict[str, Any]] | None = None


def _tensor(name: str) -> dict[str, Any]:
    return {"name": name, "type": "float32", "shape": IMAGE_SHAPE}


def describe(fields: PackFields, folder: Path) -> dict[str, Any]:
    """The content of `pack.json` for the files that lie in `folder` now."""
    files = {}
    restore = {"file": fields.graph_file, "inputs": [_tensor("image")], "outputs": [_tensor("restored")]}
    graphs = fields.graphs or {"restore": restore}
    for name in [*(graph["file"] for graph in graphs.values()), *fields.other_files]:
        path = folder / name
        files[name] = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
    architecture = fields.architecture
    if isinstance(architecture, Architecture):
        architecture = architecture.to_json()
    return {
        "schema": 1,
        "id": fields.id,
        "engine": fields.engine,
        "version": fields.version,
        "title": fields.title,
        "licence": fields.licence,
        "source": fields.source,
        "files": files,
        "architecture": architecture,
        "graphs": graphs,
        "size": {
            "multipleOf": fields.multiple_of,
            "window": fields.window,
            "overlap": fields.overlap,
            "padding": fields.padding,
        },
        "colour": {"range": [0, 1], "encoding": "display"},
        "tolerance": {"tiledDb": fields.tiled_db},
        "tables": fields.tables,
        "figures": fields.figures,
    }


def write_pack(fields: PackFields, folder: Path) -> Path:
    """Hash the files of `folder` and write its `pack.json`."""
    path = folder / "pack.json"
    path.write_text(json.dumps(describe(fields, folder), indent=2) + "\n", encoding="utf-8")
    return path


def write_with_card(fields: PackFields, folder: Path) -> None:
    """Writes `pack.json`, and before it a first `card.md` where none lies yet."""
    card = folder / "card.md"
    if not card.exists():
        card.write_text(f"# {fields.title}\n\n{fields.source}\n", encoding="utf-8")
    write_pack(fields, folder)


def describe_again(folder: Path, figures: list[dict[str, Any]]) -> None:
    """Gives a written `pack.json` new figures and the hashes of the files as they are now."""
    path = folder / "pack.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["figures"] = figures
    for name in manifest["files"]:
        file = folder / name
        manifest["files"][name] = {"sha256": sha256_of(file), "bytes": file.stat().st_size}
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
