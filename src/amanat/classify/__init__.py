"""What columns probably hold: proposals for people to judge, each with its evidence, never a certainty.

`vocabulary` reads the words that names are made of, `words` splits names, `context` says what a table is
about, `judge` weighs a column, `values` looks at samples where somebody asked for it, `matching` finds the
field that means the same, `propose` puts it together, and `proposals` keeps what people decided.
"""
