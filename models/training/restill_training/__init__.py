"""Training, synthesis, export and evaluation of restill's packs."""

__version__ = "1.0.0"

import os

# Official builds of ONNX Runtime report their use since 1.29 unless told before they are loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
