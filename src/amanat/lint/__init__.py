"""The engine that runs rules. It knows no rule."""
