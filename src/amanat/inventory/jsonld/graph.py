"""What linked data shares: names of things, texts in languages, the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, TypeVar
from urllib.parse import quote

from amanat.errors import UsageError
from amanat.model.catalog import ancestors
from amanat.model.values import Text

BASE = "urn:amanat:"
"""Where the names of a catalog's own things begin, unless an address of the company's own is given."""

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_COUNTRY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?|EEA")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*[/#:]")

Id = TypeVar("Id", bound=str)
Node = dict[str, Any]
"""A thing, by its name and what is said of it."""


class Names:
    """Names (IRIs) of the catalog's own things. They hang on ids alone, so they stay when others change."""

    def __init__(self, base: str) -> None:
        if not _ABSOLUTE.fullmatch(base):
            raise UsageError(
                f"`{base}` cannot begin the names of things",
                hint="give an absolute address that ends in `/`, `#` or `:`, such as https://data.shop.example/",
            )
        self._base = base

    def __call__(self, kind: str, name: str) -> str:
        """The name of a thing of a kind."""
        return f"{self._base}{kind}/{quote(name, safe='.-_~')}"


def texts(text: Text) -> list[Node]:
    """A text as literals with their language."""
    return [{"@value": text[tag], "@language": tag} for tag in text]


def refs(names: Iterable[str]) -> list[Node]:
    """References to things, sorted."""
    return [{"@id": name} for name in sorted(set(names))]


def declared(ids: Iterable[Id | None], entries: Mapping[Id, object]) -> list[Id]:
    """The ids that are declared, each once, sorted; another has a finding of its own."""
    return sorted({one for one in ids if one is not None and one in entries})


def place(code: str) -> str | None:
    """The vocabulary's name of a country or jurisdiction, None where the code is none of ISO 3166."""
    return f"loc:{code}" if _COUNTRY.fullmatch(code) else None


def said(node: Mapping[str, Any]) -> Node:
    """The node without what nobody said."""
    return {name: value for name, value in node.items() if value is not None and value not in ([], "", {})}


@cache
def terms() -> Mapping[str, Any]:
    """Ids to terms of the vocabulary: `terms.json`."""
    text = resources.files(__package__).joinpath("terms.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def term(kind: str, name: str, maps: Mapping[str, object]) -> str | None:
    """The term of a purpose or category: what the catalog says, else our table, by the nearest id above."""
    own = maps.get("dpv")
    if isinstance(own, str):
        default = "pd" if kind == "categories" else "dpv"
        return own if ":" in own else f"{default}:{own}"
    table: Mapping[str, str] = terms()[kind]
    return next((table[one] for one in ancestors(name) if one in table), None)


def document(graph: Iterable[Node], used: Iterable[str]) -> str:
    """The document: its context with the prefixes that it uses, then its things in their order."""
    context = {name: PREFIXES[name] for name in sorted(used)}
    data = {"@context": context, "@graph": list(graph)}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
