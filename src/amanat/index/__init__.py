"""The index: the whole catalog as one SQLite database, and reading it safely.

The tables stand beside the functions that fill them (`parties`, `uses`, `fields`, `judged`, `search`),
`views` has the documented views, `build` writes, `reading` answers queries.
"""
