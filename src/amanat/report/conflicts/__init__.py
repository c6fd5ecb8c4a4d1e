"""Conflicts as documents to hand on: Markdown for a pull request, CSV for a table, HTML for a browser."""

from amanat.report.conflicts.csv import to_csv
from amanat.report.conflicts.html import to_html
from amanat.report.conflicts.markdown import to_markdown

__all__ = ["to_csv", "to_html", "to_markdown"]
