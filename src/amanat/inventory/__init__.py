"""The inventory: one row for every (field, source), as auditors take it away, and what is asked of it.

`register` makes the rows, `csv` and `json` write them, `contract` documents their columns; `select`
filters, `listing` shows one kind of entry, `locate` answers who maps a column.
"""
