"""GLOWDeblur: latent diffusion in few steps, guided by a first restoration, by the motion found and by a caption."""
