"""The customer's privacy notice (GDPR Art. 13 and 14), from the catalog alone."""

from amanat.report.notice.check import Compared, compare_text
from amanat.report.notice.make import Gap, Notice, Section, Statement, notice
from amanat.report.notice.render import to_html, to_markdown

__all__ = [
    "Compared",
    "Gap",
    "Notice",
    "Section",
    "Statement",
    "compare_text",
    "notice",
    "to_html",
    "to_markdown",
]
