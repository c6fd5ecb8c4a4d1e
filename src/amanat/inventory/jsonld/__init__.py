"""The catalog as linked data (JSON-LD 1.1): DCAT 3 for catalogs of data, DPV 2.3 for records of processing.

The context stands in the document, so that a reader needs no network. The same catalog gives the same bytes.
"""

from amanat.inventory.jsonld.dcat import dcat
from amanat.inventory.jsonld.dpv import dpv, without_term
from amanat.inventory.jsonld.graph import BASE

__all__ = ["BASE", "dcat", "dpv", "without_term"]
