"""Networks of the packs."""
