"""What earlier runs found, kept on disk so that a run reads only what has changed.

A cache is one SQLite file for each catalog in the user's own cache folder (`$XDG_CACHE_HOME/amanat`), never
in the catalog's repository: what arrives with a clone, an archive or a pull request cannot vouch for itself,
and nothing has to be kept out of git or of outputs.

What is kept is data (JSON with a checksum), is looked up by the content of files and by the program that made
it, and is never needed: whatever is missing, damaged, foreign, locked or not writable is as if nothing had
been kept.
"""
