"""`amanat docs serve`: the site from memory, made anew when a file of the catalog is saved."""

from amanat.cli.serving.run import serve

__all__ = ["serve"]
