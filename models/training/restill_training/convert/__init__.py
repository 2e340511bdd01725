"""Converters of checkpoints that people bring along."""
