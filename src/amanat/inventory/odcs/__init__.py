"""Data contracts of the Open Data Contract Standard (ODCS) 3.1: one for each source system.

What the standard has no word for stands in `customProperties`; a value that nobody said stands nowhere, as
the standard has no word for it either."""

from amanat.inventory.odcs.contract import API_VERSION, contracts

__all__ = ["API_VERSION", "contracts"]
