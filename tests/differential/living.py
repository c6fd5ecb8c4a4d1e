"""A mutant in the place of the sound code: the faulty module stands beside the sound one, and only the modules
that lead from there to the policy use it, so the reference stays what it was."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType

from tests.differential.mutants import Mutant


@contextmanager
def living(mutant: Mutant) -> Iterator[None]:
    """The mutant at work, for as long as the context lasts. Raises `ValueError` for a text that does not stand
    exactly once where the mutant replaces it."""
    pairs: list[tuple[ModuleType, ModuleType]] = []
    for name in mutant.way[:-1]:
        sound = importlib.import_module(name)
        source = inspect.getsource(sound)
        for module, old, new in mutant.edits:
            if module == name:
                if source.count(old) != 1:
                    raise ValueError(f"`{mutant.name}`: `{old}` stands {source.count(old)} times in {name}")
                source = source.replace(old, new)
        faulty = _made(sound, source)
        _redirect(faulty, pairs)
        pairs.append((sound, faulty))
    last = importlib.import_module(mutant.way[-1])
    before = dict(vars(last))
    _redirect(last, pairs)
    try:
        yield
    finally:
        vars(last).update(before)


def _made(sound: ModuleType, source: str) -> ModuleType:
    module = ModuleType(sound.__name__)
    module.__file__, module.__package__ = sound.__file__, sound.__package__
    sys.modules[module.__name__] = module  # classes look their module up while they are made
    try:
        exec(compile(source, sound.__file__ or "", "exec"), vars(module))
    finally:
        sys.modules[module.__name__] = sound
    return module


def _redirect(module: ModuleType, pairs: Iterable[tuple[ModuleType, ModuleType]]) -> None:
    """Let a module use the copies instead of the modules they were made from."""
    for sound, copy in pairs:
        for name, value in list(vars(module).items()):
            if value is sound:
                setattr(module, name, copy)
            elif name.isupper() and isinstance(value, dict) and sound in value.values():  # a registry
                setattr(module, name, {key: copy if each is sound else each for key, each in value.items()})
            elif not name.startswith("__") and value is getattr(sound, name, _NONE) and hasattr(copy, name):
                setattr(module, name, getattr(copy, name))


_NONE = object()
