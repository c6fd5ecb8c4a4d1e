"""The record of processing activities (GDPR Art. 30): a row for each purpose, with its evidence, and the
questions that the catalog cannot answer."""

from amanat.inventory.ropa.record import Evidence, Question, Record, record
from amanat.inventory.ropa.template import TEMPLATES, Template, TemplateColumn, template

__all__ = [
    "TEMPLATES",
    "Evidence",
    "Question",
    "Record",
    "Template",
    "TemplateColumn",
    "record",
    "template",
]
