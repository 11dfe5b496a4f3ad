"""A simulated channel manager: what it imports, lives through, and keeps of it."""
