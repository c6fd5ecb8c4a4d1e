"""The plain way, as a yardstick that needs no peer: PyYAML's C loader and `jsonschema`, file by file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator


def main() -> int:
    """Check the files given behind the schema; print how many faults there are."""
    schema, *files = map(Path, sys.argv[1:])
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    faults = 0
    for file in files:
        data = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
        faults += sum(1 for _ in validator.iter_errors(data))
    print(f"{len(files)} files, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
