"""Benchmarks of the product (`./run bench`): each prints what it compares side by side. Not part of the tests."""
