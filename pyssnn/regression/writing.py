"""Expressions as text: as Python, as closed terms of the core's library, and read from what the core writes."""
# coupling: synth/domains/integer/integer_python.ml writes the same Python for the core.

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pyssnn.regression.expression import Expression, apply, constant

def parse(text: str, names: Mapping[str, Expression]) -> Expression:
    """The expression of a program of the core in stitch notation, such as ``(mod (add x y) 3)``, its inputs read from `names`."""
    tokens = iter(re.findall(r"[()]|[^\s()]+", text))

    def read(token: str) -> Expression:
        if token != "(":
            return names[token] if token in names else constant(int(token))
        op, parts = next(tokens), []
        while (token := next(tokens)) != ")":
            parts.append(read(token))
        return apply(op, *parts)

    return read(next(tokens))


_INFIX = {"or": ("or", 2), "and": ("and", 3), "eq": ("==", 5), "lt": ("<", 5), "le": ("<=", 5), "xor": ("!=", 5)} | {
    "add": ("+", 6),
    "sub": ("-", 6),
    "mul": ("*", 7),
    "div": ("//", 7),
    "mod": ("%", 7),
}


def python(expression: Expression, states: Sequence[str], inputs: Sequence[str]) -> str:
    """It as an expression of Python over variables of these names, with only the parentheses that it needs."""

    def wrapped(node: Expression, least: int) -> str:
        text, level = write(node)
        return text if level >= least else f"({text})"

    def write(node: Expression) -> tuple[str, int]:
        parts = node.arguments
        if node.op == "constant":
            return str(node.value), 9 if node.value >= 0 else 8
        if node.op in ("state", "input"):
            return (states if node.op == "state" else inputs)[node.value], 9
        if node.op == "table":
            keys = ", ".join(f"{key if len(key) > 1 else key[0]}: {entry}" for key, entry in node.lookup.cells())
            key = ", ".join(wrapped(part, 1) for part in parts)
            return f"{{{keys}}}.get({key if len(parts) == 1 else f'({key})'}, 0)", 9
        if node.op == "not" and parts[0].op == "eq":
            return f"{wrapped(parts[0].arguments[0], 6)} != {wrapped(parts[0].arguments[1], 6)}", 5
        if node.op in _INFIX:
            sign, level = _INFIX[node.op]
            # A comparison of comparisons would be a chain, and only the left operand of the others may be of the same level.
            return f"{wrapped(parts[0], level + (level == 5))} {sign} {wrapped(parts[1], level + 1)}", level
        if node.op in ("if", "if_bool"):
            return f"{wrapped(parts[1], 2)} if {wrapped(parts[0], 2)} else {wrapped(parts[2], 1)}", 1
        if node.op == "not":
            return f"not {wrapped(parts[0], 4)}", 4
        if node.op == "neg":
            return f"-{wrapped(parts[0], 8)}", 8
        return f"{node.op}({', '.join(wrapped(part, 1) for part in parts)})", 9

    return write(expression)[0]


def term(expression: Expression, n_states: int, n_inputs: int) -> str:
    """It as a closed term of the core's library in stitch notation: a function of the state's variables and then the input's."""

    n = n_states + n_inputs

    def write(node: Expression) -> str:
        if node.op == "constant":
            return str(node.value)
        if node.op in ("state", "input"):
            return f"${(n if node.op == 'state' else n_inputs) - 1 - node.value}"
        if node.op == "int":
            return f"(if {write(node.arguments[0])} 1 0)"
        parts = [write(part) for part in node.arguments]
        if node.lookup is None:
            return f"({node.op} {' '.join(parts)})"
        text = "0"
        for key, entry in node.lookup.cells():
            tests = [f"(eq {part} {number})" for part, number in zip(parts, key, strict=True)]
            test = tests[0]
            for other in tests[1:]:
                test = f"(and {test} {other})"
            text = f"(if {test} {entry} {text})"
        return text

    return "(lam " * n + write(expression) + ")" * n
