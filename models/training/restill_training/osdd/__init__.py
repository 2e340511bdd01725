"""OSDD: enhanced autoencoder, one-step latent denoiser, two adapters blended by gamma."""
