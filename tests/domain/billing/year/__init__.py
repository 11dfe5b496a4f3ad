"""A random year of a random house, lived step by step; what must hold is checked after each."""
