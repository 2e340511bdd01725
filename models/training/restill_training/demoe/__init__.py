"""DeMoE: kinds of blur, training, export, measuring."""
