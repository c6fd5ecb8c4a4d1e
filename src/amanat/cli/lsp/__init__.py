"""The language server: what an editor asks about a catalog. `server` answers at once from what is known, and
`worker` judges the whole catalog in a process of its own, so that typing never waits."""
