"""Writing data as YAML, for documents that other tools read. A catalog's own files are never written so."""

from __future__ import annotations

import yaml


class _Dumper(yaml.SafeDumper):
    """Nothing is written as an alias: readers for people, and some for machines, lose the way."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def to_yaml(data: object) -> str:
    """The data in block style, keys in their order. The pure writer, so that the bytes do not depend on
    whether libyaml is there."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
