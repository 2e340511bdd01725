"""Reads tensors from PyTorch checkpoints without running anything they carry.

Pickle files can call any function. This reader admits only ordered dictionaries and the rebuilding
of tensors from raw numbers; every other name stops it. Both container formats are read: the zip
archive of PyTorch 1.6 and later, and the older stream of pickles.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, Callable

import numpy as np
import torch

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
# No honest checkpoint of these networks holds more numbers than this in one tensor.
MOST_ELEMENTS = 1 << 28

_DTYPES = {
    "FloatStorage": (torch.float32, 4),
    "DoubleStorage": (torch.float64, 8),
    "HalfStorage": (torch.float16, 2),
    "BFloat16Storage": (torch.bfloat16, 2),
    "LongStorage": (torch.int64, 8),
    "IntStorage": (torch.int32, 4),
    "ShortStorage": (torch.int16, 2),
    "CharStorage": (torch.int8, 1),
    "ByteStorage": (torch.uint8, 1),
    "BoolStorage": (torch.bool, 1),
}


class UnsafeCheckpoint(ValueError):
    """The file asks for something that plain weights do not need."""


class _StorageKind:
    """Stands for a storage class named in the pickle."""

    def __init__(self, name: str) -> None:
        self.dtype, self.width = _DTYPES[name]


def _rebuild_tensor(storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> torch.Tensor:
    """A view of a storage; refuses shapes that reach outside it."""
    if not isinstance(storage, torch.Tensor):
        raise UnsafeCheckpoint("a tensor without numbers")
    size, stride = tuple(map(int, size)), tuple(map(int, stride))
    offset = int(offset)
    if len(size) != len(stride) or len(size) > 8 or min((*size, *stride, offset), default=0) < 0:
        raise UnsafeCheckpoint("a tensor with an impossible shape")
    count = int(np.prod(size, dtype=object)) if size else 1
    reach = offset + sum((n - 1) * s for n, s in zip(size, stride)) if count else 0
    if count > MOST_ELEMENTS or (count and reach >= storage.numel()):
        raise UnsafeCheckpoint("a tensor that reaches outside its numbers")
    return storage.as_strided(size, stride, offset)


def _rebuild_parameter(data: Any, *_: Any) -> torch.Tensor:
    if not isinstance(data, torch.Tensor):
        raise UnsafeCheckpoint("a parameter without a tensor")
    return data


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
}


class _Unpickler(pickle.Unpickler):
    """Admits the names above and nothing else."""

    def __init__(self, stream: BinaryIO, storage: Callable[[Any], torch.Tensor] | None) -> None:
        super().__init__(stream, encoding="latin-1")
        self._storage = storage

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        if module == "torch" and name in _DTYPES:
            return _StorageKind(name)
        raise UnsafeCheckpoint(f"the file asks for {module}.{name}, which weights do not need")

    def persistent_load(self, pid: Any) -> torch.Tensor:
        if self._storage is None or not isinstance(pid, tuple) or len(pid) < 5:
            raise UnsafeCheckpoint("an unknown kind of reference")
        if pid[0] != "storage" or not isinstance(pid[1], _StorageKind):
            raise UnsafeCheckpoint("an unknown kind of reference")
        return self._storage(pid)


def _load(stream: BinaryIO, storage: Callable[[Any], torch.Tensor] | None = None) -> Any:
    try:
        return _Unpickler(stream, storage).load()
    except UnsafeCheckpoint:
        raise
    except Exception as error:  # any damage: truncated, not a pickle, wrong types
        raise UnsafeCheckpoint(f"not a readable checkpoint: {error}") from error


def _numbers(raw: bytes, kind: _StorageKind, count: int) -> torch.Tensor:
    if count < 0 or len(raw) != count * kind.width:
        raise UnsafeCheckpoint("a storage whose size does not fit its numbers")
    if not count:
        return torch.empty(0, dtype=kind.dtype)
    return torch.frombuffer(bytearray(raw), dtype=kind.dtype)


def _read_zip(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        main = [n for n in names if n == "data.pkl" or n.endswith("/data.pkl")]
        if len(main) != 1:
            raise UnsafeCheckpoint("no data.pkl in the archive")
        prefix = main[0].removesuffix("data.pkl")
        if prefix + "byteorder" in names and archive.read(prefix + "byteorder") != b"little":
            raise UnsafeCheckpoint("numbers in big-endian order")
        cache: dict[str, torch.Tensor] = {}

        def storage(pid: Any) -> torch.Tensor:
            _, kind, key, _, count = pid[:5]
            name = f"{prefix}data/{key}"
            if name not in cache:
                if name not in names:
                    raise UnsafeCheckpoint(f"the archive lacks {name}")
                if archive.getinfo(name).file_size > MOST_ELEMENTS * 8:
                    raise UnsafeCheckpoint(f"{name} is too large")
                cache[name] = _numbers(archive.read(name), kind, int(count))
            return cache[name]

        return _load(io.BytesIO(archive.read(main[0])), storage)


def _read_legacy(path: Path) -> Any:
    limit = path.stat().st_size
    with open(path, "rb") as stream:
        if _load(stream) != LEGACY_MAGIC or _load(stream) != LEGACY_PROTOCOL:
            raise UnsafeCheckpoint("not a PyTorch checkpoint")
        system = _load(stream)
        if not isinstance(system, dict) or not system.get("little_endian", False):
            raise UnsafeCheckpoint("numbers in big-endian order")
        storages: dict[str, tuple[torch.Tensor, _StorageKind]] = {}

        def storage(pid: Any) -> torch.Tensor:
            _, kind, key, _, count = pid[:5]
            if len(pid) > 5 and pid[5] is not None:
                raise UnsafeCheckpoint("storages that are views of others")
            if str(key) not in storages:
                if not 0 <= int(count) * kind.width <= limit:
                    raise UnsafeCheckpoint("a storage larger than the file")
                storages[str(key)] = (torch.empty(int(count), dtype=kind.dtype), kind)
            return storages[str(key)][0]

        tree = _load(stream, storage)
        for key in _load(stream):
            if str(key) not in storages:
                raise UnsafeCheckpoint("numbers for an unknown storage")
            target, kind = storages.pop(str(key))
            count = int.from_bytes(stream.read(8), "little", signed=True)
            if count != target.numel():
                raise UnsafeCheckpoint("a storage whose size does not fit its numbers")
            target.copy_(_numbers(stream.read(count * kind.width), kind, count))
        if storages:
            raise UnsafeCheckpoint("numbers are missing at the end of the file")
        return tree


def read_checkpoint(path: Path) -> Any:
    """The dictionaries and tensors of a checkpoint file; raises UnsafeCheckpoint otherwise."""
    try:
        return _read_zip(path) if zipfile.is_zipfile(path) else _read_legacy(path)
    except zipfile.BadZipFile as error:
        raise UnsafeCheckpoint(f"damaged archive: {error}") from error
