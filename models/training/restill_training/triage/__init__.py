"""The blur report's figures: synthetic folders of known kinds, and the fit over what the application measures."""
