"""Freezing a quarter (封库), reading its figures from what was kept, and judging it again today."""
