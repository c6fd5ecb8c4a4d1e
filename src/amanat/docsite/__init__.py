"""The documentation site: static pages in every language of the catalog, made from data, readable offline."""

from amanat.docsite.render import render
from amanat.docsite.site import Site

__all__ = ["Site", "render"]
