"""How good the conflict engine is, measured on the columns of seven real systems: `python -m tests.figures`."""
