"""Measuring: what the catalog expects of data, counted where the data is.

`expect` reads expectations, `wanted` says which column is asked what, `counting` writes each question once
as an expression tree, `query` puts those of a table into one query, `run` asks and judges, `keeping` keeps.
"""
