"""Edge NAFNet: block surrogates, their distillation, their graphs and the saliency table."""
