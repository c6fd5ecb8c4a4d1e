"""Search over everything on the site, without a server: an index in pieces, each a script of its own, since
a page opened from a file may load scripts and nothing else."""

from amanat.docsite.search.files import search_files

__all__ = ["search_files"]
