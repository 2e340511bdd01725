"""Sample photographs for trying the application: rendered scenes of our own, then shaken."""
