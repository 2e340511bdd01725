"""Photographs, pairs and held-out sets on disk."""
