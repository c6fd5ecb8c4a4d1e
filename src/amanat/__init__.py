"""amanat: a company's register of the customer data entrusted to it."""

__version__ = "0.1.0"
