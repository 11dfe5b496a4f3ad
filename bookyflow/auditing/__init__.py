"""Proves on a live or restored database that what must hold does."""
