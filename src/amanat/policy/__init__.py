"""Who may do what with which field: the reference decision, its matrix, and what targets make of it."""
