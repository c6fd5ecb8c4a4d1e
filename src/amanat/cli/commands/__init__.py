"""One file a command, each thin: load, call, report, exit."""
