"""The identity graph: how the rows of each system lead to its customer id, and that to the global one."""

from amanat.identity.graph import Identity, IdentityGraph, Known, Reach, Table, identity_graph
from amanat.identity.keys import Step
from amanat.identity.linked import Connection, GlobalId, Link
from amanat.identity.matching import IdColumn, Match, Mismatch

__all__ = [
    "Connection",
    "GlobalId",
    "IdColumn",
    "Identity",
    "IdentityGraph",
    "Known",
    "Link",
    "Match",
    "Mismatch",
    "Reach",
    "Step",
    "Table",
    "identity_graph",
]
