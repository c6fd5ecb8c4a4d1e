"""The record of processing as one HTML page."""

from amanat.report.ropa.html import to_html

__all__ = ["to_html"]
