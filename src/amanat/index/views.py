"""The documented views: the questions people come with, already joined."""

from __future__ import annotations

from typing import NamedTuple


class View(NamedTuple):
    """A view: its name, what it shows, its query."""

    name: str
    about: str
    sql: str


VIEWS = (
    View(
        "inventory",
        "One row a field and source, with owner, system, retention and what was observed.",
        """SELECT f.id AS field, f.label, s.source, s.is_master, s.system, y.label AS system_label, y.country,
  f.status, f.subject, f.category, c.special, f.classification, f.owner, t.contact AS owner_contact,
  f.retention, r.keep, r.trigger_event, r.then_action, y.erase_method, y.erase_backups,
  (SELECT group_concat(purpose, ' | ')
    FROM (SELECT purpose FROM field_purposes p WHERE p.field = f.id ORDER BY 1)) AS purposes,
  o.type AS observed_type, o.length AS observed_length, o.nullable AS observed_nullable,
  coalesce(s.file, f.file) AS file, coalesce(s.line, f.line) AS line
FROM fields f LEFT JOIN sources s ON s.field = f.id LEFT JOIN systems y ON y.id = s.system
  LEFT JOIN teams t ON t.id = f.owner LEFT JOIN categories c ON c.id = f.category
  LEFT JOIN retention r ON r.id = f.retention LEFT JOIN columns o ON o.source = s.source""",
    ),
    View(
        "open_conflicts",
        "Conflicts that nobody accepted, with every source's value.",
        """SELECT c.field, c.facet, c.severity, c.status, v.source, v.value, v.file, v.line, c.message
FROM conflicts c JOIN conflict_values v ON v.conflict = c.id WHERE c.status <> 'accepted'""",
    ),
    View(
        "system_coverage",
        "Observed columns of a system: mapped, ignored with a reason, unmapped; NULL without a snapshot.",
        """SELECT y.id AS system, y.label,
  CASE WHEN n.system IS NULL THEN NULL ELSE count(o.source) END AS observed,
  CASE WHEN n.system IS NULL THEN NULL ELSE count(CASE o.status WHEN 'mapped' THEN 1 END) END AS mapped,
  CASE WHEN n.system IS NULL THEN NULL ELSE count(CASE o.status WHEN 'ignored' THEN 1 END) END AS ignored,
  CASE WHEN n.system IS NULL THEN NULL ELSE count(CASE o.status WHEN 'unmapped' THEN 1 END) END AS unmapped
FROM systems y LEFT JOIN snapshots n ON n.system = y.id LEFT JOIN columns o ON o.system = y.id
GROUP BY y.id""",
    ),
    View(
        "purpose_use",
        "Who may do what with how many fields, by purpose that the fields name (not by inheritance).",
        """SELECT p.id AS purpose, p.label, a.role, a.action, count(f.field) AS fields
FROM purposes p LEFT JOIN role_purpose_actions a ON a.purpose = p.id
  LEFT JOIN field_purposes f ON f.purpose = p.id
GROUP BY p.id, a.role, a.action""",
    ),
    View(
        "unowned",
        "Fields and systems that nobody answers for.",
        """SELECT 'fields' AS kind, id, label, file, line FROM fields WHERE owner IS NULL
UNION ALL SELECT 'systems', id, label, file, line FROM systems WHERE owner IS NULL""",
    ),
)
