"""Certificates on the screen: the drawn chain, the table of details, fingerprints."""
