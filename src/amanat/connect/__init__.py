"""Live systems, read only. One file for each kind of server; its driver stays inside it, behind an extra."""
