"""Blur, noise and scenes: everything that turns a sharp picture into a training pair."""
