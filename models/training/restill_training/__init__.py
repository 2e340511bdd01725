"""Training, synthesis, export and evaluation of restill's packs."""

__version__ = "1.0.0"
