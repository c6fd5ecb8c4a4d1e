"""Benchmarks: a deterministic catalog of any size, and amanat timed beside its peers on it."""
