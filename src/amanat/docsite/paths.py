"""Where each page lies, and how pages link to each other: relative paths only, so that `file://` works."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Kinds of things that have pages of their own; the value is the folder of these pages."""

    FIELD = "fields"
    SYSTEM = "systems"
    PURPOSE = "purposes"
    ROLE = "roles"
    TEAM = "teams"
    CATEGORY = "categories"
    CLASSIFICATION = "classifications"
    SUBJECT = "subjects"
    STAGE = "stages"
    RECIPIENT = "recipients"
    RETENTION = "retention"
    RULE = "rules"


class Ref(NamedTuple):
    """A thing that pages link to."""

    kind: Kind
    id: str


_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*")
# Names that a file system of some platform reserves, whatever the extension.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|assets|index)(\..*)?")
_LONGEST = 100


def slug(identifier: str) -> str:
    """A file name for an id: the id itself where it is safe on every platform, else a readable rest of it
    with a hash, so that two ids never share a file and none leaves its folder."""
    if _SAFE.fullmatch(identifier) and not _RESERVED.fullmatch(identifier) and len(identifier) <= _LONGEST:
        return identifier
    rest = re.sub(r"[^a-z0-9_]+", "-", identifier.lower())[: _LONGEST // 2].strip("-_")
    return f"{rest}-{hashlib.sha256(identifier.encode()).hexdigest()[:12]}".lstrip("-")


def page_of(ref: Ref) -> str:
    """The page of a thing, relative to its language's folder: `fields/customer.email.html`."""
    return f"{ref.kind.value}/{slug(ref.id)}.html"


def loss_path(system: str) -> str:
    """The page of what a system's engine can enforce."""
    return f"losses/{slug(system)}.html"


def handbook_path(role: str) -> str:
    """The handbook of a role. `~` stands in no slug, so that it clashes with no role."""
    return f"{Kind.ROLE.value}/{slug(role)}~handbook.html"


def breach_path(system: str) -> str:
    """What a breach of a system exposes."""
    return f"{Kind.SYSTEM.value}/{slug(system)}~breach.html"


def reach_path(subject: str) -> str:
    """How all data of people of a kind is reached."""
    return f"{Kind.SUBJECT.value}/{slug(subject)}~reach.html"


def plan_path(ref: Ref, what: str) -> str:
    """The page of a plan for a thing: `access`, `erasure`, `objection`."""
    return f"{ref.kind.value}/{slug(ref.id)}~{what}.html"


def list_of(kind: Kind) -> str:
    """The page that lists all things of a kind. It lies beside the folder, so no id can clash with it."""
    return f"{kind.value}.html"


def language_folder(tag: str) -> str:
    """The folder of a language's pages."""
    return slug(tag.lower())


def up(path: str) -> str:
    """The way from a page back to its language's folder: "" or "../"."""
    return "../" * path.count("/")
