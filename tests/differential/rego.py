"""Evaluators of Rego, each from a package: regorus, rego-cpp and, where its bindings are installed (they need
Python 3.14), the Open Policy Agent itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Protocol


class Evaluator(Protocol):
    """A policy and its data, ready to be asked. The policies are Rego by name of their file."""

    def ask_all(self, rule: str, all_given: Sequence[object]) -> list[Any]:
        """The values of a rule (`amanat.decision`) for inputs; None where it is undefined."""
        ...


class Regorus:
    """regorus, an evaluator in Rust."""

    def __init__(self, policies: Mapping[str, str], data: object) -> None:
        import regorus

        self._engine = regorus.Engine()
        for name, text in policies.items():
            self._engine.add_policy(name, text)
        self._engine.add_data_json(json.dumps(data))

    def ask_all(self, rule: str, all_given: Sequence[object]) -> list[Any]:
        return [self._ask(rule, given) for given in all_given]

    def _ask(self, rule: str, given: object) -> Any:
        self._engine.set_input_json(json.dumps(given))
        found = json.loads(self._engine.eval_rule_as_json(f"data.{rule}"))
        return None if found == "<undefined>" else found


class RegoCpp:
    """rego-cpp, an evaluator in C++. It runs in a process of its own, because some policies end it."""

    def __init__(self, policies: Mapping[str, str], data: object) -> None:
        self._policies, self._data = policies, data

    def ask_all(self, rule: str, all_given: Sequence[object]) -> list[Any]:
        work = json.dumps([dict(self._policies), self._data, rule, list(all_given)])
        code = f"from {__name__} import rego_cpp; rego_cpp()"
        done = subprocess.run(
            [sys.executable, "-c", code], input=work, capture_output=True, text=True, check=True
        )
        found: list[Any] = json.loads(done.stdout)
        return found


def rego_cpp() -> None:
    """Answer on standard output what is asked on standard input."""
    import regopy

    policies, data, rule, all_given = json.load(sys.stdin)
    engine = regopy.Interpreter()
    for name, text in policies.items():
        engine.add_module(name, text)
    engine.add_data(data)
    answers = []
    for given in all_given:
        engine.set_input(given)
        found = engine.query(f"answer = data.{rule}")
        assert found.ok(), str(found)
        answers.append(found.results[0].bindings.get("answer"))
    sys.stdout.write(json.dumps(answers))


class Opa:
    """The Open Policy Agent."""

    def __init__(self, policies: Mapping[str, str], data: Any) -> None:
        import opa_bindings

        self._undefined = opa_bindings.OpaUndefinedError
        self._engine = opa_bindings.OpaEngine()
        for name, text in policies.items():
            self._engine.add_policy(name, text)
        self._engine.add_data(data)

    def ask_all(self, rule: str, all_given: Sequence[object]) -> list[Any]:
        return [self._ask(rule, given) for given in all_given]

    def _ask(self, rule: str, given: object) -> Any:
        try:
            return self._engine.eval_document(rule, given)
        except self._undefined:
            return None


Make = Callable[[Mapping[str, str], Any], Evaluator]

KNOWN: Mapping[str, tuple[str, Make]] = {
    "regorus": ("regorus", Regorus),
    "rego-cpp": ("regopy", RegoCpp),
    "opa": ("opa_bindings", Opa),
}
"""Name of an evaluator → its package and how to make one."""

INSTALLED: Mapping[str, Make] = {name: make for name, (package, make) in KNOWN.items() if find_spec(package)}
"""The evaluators that can be run here."""
