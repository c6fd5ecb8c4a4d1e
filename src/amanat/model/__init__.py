"""The model: frozen dataclasses only. No input or output, no rules."""
