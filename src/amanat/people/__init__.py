"""The people who work with the data, and how far the house is kept: a quiz for a role, training, users,
controls, and how mature the catalog shows the house to be. All of it is computed from the catalog; nothing is
asked of anybody."""
