"""The program as OCaml: nested arrays, integers where all its numbers are, else floats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from pyssnn.distillation.emit.layout import layout
from pyssnn.distillation.emit.plan import INDEX_NAMES, Plan, Shared
from pyssnn.distillation.emit.words import added, affine, factors, length_text, place_text
from pyssnn.distillation.ir import INPUT, Affine, Group, Poly, Span, Term
from pyssnn.distillation.simplify import Form

SUM_NAMES = ("a", "b", "c", "d")
INTEGERS, FLOATS = "int", "float"


def ocaml_source(plan: Plan, forms: dict[str, Form]) -> str:
    """The text of a function `program` of a nested array; its first line says its type."""
    return _OCaml(plan, forms).text()


def ocaml_driver(inputs: np.ndarray, axes: int, text: str) -> str:
    """Text that runs `program` on inputs (count, *shape) and prints the outputs, of so many axes, a number a line."""
    taken, given = text.split("\n", 1)[0].removeprefix("(* program : ").removesuffix(" *)").split(" -> ")

    def written(part: np.ndarray) -> str:
        if part.ndim:
            return f"[|{'; '.join(written(one) for one in part)}|]"
        return f"({int(part)})" if taken.startswith(INTEGERS) else f"({float(part)!r})"

    show = 'fun v -> Printf.printf "%d\\n" v' if given.startswith(INTEGERS) else 'fun v -> Printf.printf "%.17g\\n" v'
    for _ in range(axes):
        show = f"Array.iter ({show})"
    return f"\n\nlet () = Array.iter (fun x -> ({show}) (program x)) {written(inputs)}\n"


class _OCaml:
    def __init__(self, plan: Plan, forms: dict[str, Form]) -> None:
        self.plan, self.program, self.forms = plan, plan.program, forms
        self.names = plan.program.variables("mod")
        self.floats = self.needs_floats()
        self.plus, self.minus, self.times = ("+.", "-.", "*.") if self.floats else ("+", "-", "*")
        self.levels: dict[tuple[Fraction, ...], str] = {}
        self.helpers: set[str] = set()

    def needs_floats(self) -> bool:
        """Whether some number is no integer and no scale makes it one."""
        if any(value.denominator != 1 for value in self.program.input_encoding):
            return True
        for group in self.program.groups:
            given = group.encoding if group.name not in self.forms else (group.encoding[0], group.encoding[2])
            if group.activation != "linear" and any(value.denominator != 1 for value in given):
                return True
            if group.activation == "linear" and self.scale(group) != 1 and not self.is_compared(group):
                return True
        return False

    def is_compared(self, group: Group) -> bool:
        """Whether only the order of the group's sums matters, so that they may be scaled."""
        return self.program.output == "max" and group.layer == self.program.last

    def scale(self, group: Group) -> Fraction:
        """What makes the group's numbers integers."""
        return Fraction(lcm(*(value.denominator for value in factors(group))))

    def number(self, value: Fraction) -> str:
        if not self.floats:
            return str(value.numerator) if value >= 0 else f"({value.numerator})"
        text = repr(float(value))
        text = text.removesuffix("0") if text.endswith(".0") else text
        return text if value >= 0 else f"({text})"

    def text(self) -> str:
        kind = FLOATS if self.floats else INTEGERS
        body = []
        for place, name in enumerate(self.program.sizes):
            axis = self.program.input_shape.index(Poly.size(place))
            body.append(f"let {name} = Array.length {INPUT}{'.(0)' * axis} in")
        for step in self.plan.steps:
            if isinstance(step, Shared):
                body.append(f"let {step.name} = {self.shared(step)} in")
            elif step.name not in self.plan.inlined and step.layer != self.program.last:
                body.append(f"let {step.name} = {self.group(step)} in")
        body += self.output()
        given = FLOATS if self.program.output == "max" else kind
        head = f"(* program : {kind}{' array' * len(self.program.input_shape)} -> {given}{' array' * len(self.program.output_shape)} *)"
        parts = [head, *self.support(), "\n".join([f"let program {INPUT} =", *(f"  {line}" for line in body)])]
        return "\n\n".join(parts) + "\n"

    def support(self) -> list[str]:
        zero = self.number(Fraction(0))
        known = {
            "sum": f"let sum lo hi step f =\n  let s = ref {zero} and a = ref lo in\n"
            f"  while !a < hi do s := !s {self.plus} f !a; a := !a + step done;\n  !s",
            "exists": "let rec exists lo hi step f = lo < hi && (f lo || exists (lo + step) hi step f)",
            "for_all": "let rec for_all lo hi step f = lo >= hi || (f lo && for_all (lo + step) hi step f)",
            "around": "let around a n = ((a mod n) + n) mod n",
        }
        found = [text for name, text in known.items() if name in self.helpers]
        for encoding, name in self.levels.items():
            below, at, above = map(self.number, encoding)
            found.append(f"let {name} s = if s > {zero} then {above} else if s < {zero} then {below} else {at}")
        if self.program.output == "max":
            below, at, above = (repr(float(value)) for value in self.program.output_encoding)
            found.append(
                "let largest sums =\n  let top = Array.fold_left max sums.(0) sums in\n"
                "  let count = Array.fold_left (fun c s -> if s = top then c + 1 else c) 0 sums in\n"
                f"  Array.map (fun s -> if s < top then {below} else if count > 1 then {at} else {above}) sums"
            )
        return found

    def nested(self, text: str, lengths: Sequence[str]) -> str:
        for name, length in reversed(list(zip(INDEX_NAMES, lengths, strict=False))):
            text = f"Array.init {_argument(length)} (fun {name} -> {text})"
        return text

    def shared(self, shared: Shared) -> str:
        shape = self.program.shape_of(shared.source)
        free, spans = shared.entry()
        return self.nested(self.sum(shared.source, spans, INDEX_NAMES, None), [self.length(shape[axis]) for axis in free])

    def group(self, group: Group) -> str:
        text = self.unit(group, INDEX_NAMES)
        if group.relations:
            words = {"!=": "<>"}
            holds = " && ".join(
                f"{INDEX_NAMES[one.first]} {words.get(one.kind, one.kind)} {INDEX_NAMES[one.second]}" for one in group.relations
            )
            text = f"if {holds} then {text} else {self.number(Fraction(0))}"
        return self.nested(text, [self.length(extent) for extent in group.extents])

    def unit(self, group: Group, indices: tuple[str, ...]) -> str:
        form = self.forms.get(group.name)
        if form is not None:
            return (
                f"(if {self.condition(group, form, indices)} then {self.number(group.encoding[2])} else {self.number(group.encoding[0])})"
            )
        scale = self.scale(group) if not self.floats or group.activation != "linear" else Fraction(1)
        if group.activation == "linear" and self.is_compared(group):
            scale = Fraction(lcm(*(int(self.scale(other)) for other in self.program.groups if other.layer == self.program.last)))
        parts = self.parts(group, group.bias, scale, indices)
        text = added(parts, self.number, self.plus, self.minus, self.times, self.number(Fraction(0)) + f" {self.minus} ")
        if group.activation == "linear":
            return text
        if group.encoding not in self.levels:
            known = {(-1, 0, 1): "sign", (0, Fraction(1, 2), 1): "step"}
            self.levels[group.encoding] = known.get(group.encoding, f"level{len(self.levels)}")
        return f"{self.levels[group.encoding]} ({text})"

    def parts(self, group: Group, bias: Affine, scale: Fraction, indices: tuple[str, ...]) -> list[tuple[Fraction, str]]:
        found = []
        for position, term in enumerate(group.terms):
            found += self.product(term.coefficient.scaled(scale), _argument(self.term(group, position, term, indices)), indices)
        return found + self.product(bias.scaled(scale), "", indices)

    def product(self, factor: Affine, what: str, indices: tuple[str, ...]) -> list[tuple[Fraction, str]]:
        if factor.is_const:
            return [(factor.constant.at(()), what)]
        common = lcm(*(value.denominator for value in _values(factor)))
        text = affine(factor.scaled(common), indices, self.names, str)
        text = f"({text})"
        if self.floats:
            text = f"float_of_int {text}"
            if common != 1:
                text = f"({text} /. {float(common)!r})"
        return [(Fraction(1), f"{text} {self.times} {what}" if what else text)]

    def condition(self, group: Group, form: Form, indices: tuple[str, ...], positive: bool = True, inner: bool = False) -> str:
        if form.kind != "compare" and not any((group.name, position) in self.plan.taken for position in range(len(group.terms))):
            values = dict(form.values)
            kind = form.kind if positive else {"any": "all", "all": "any"}[form.kind]
            texts = [self.truth(group, term, kind, values[term.source], indices, positive) for term in group.terms]
            text = (" || " if kind == "any" else " && ").join(texts)
            return f"({text})" if inner and len(texts) > 1 else text
        common = lcm(
            *(value.denominator for number in (form.bias, *(term.coefficient for term in group.terms)) for value in _values(number))
        )
        parts = self.parts(group, form.bias, Fraction(common), indices)
        left = [part for part in parts if part[0] > 0 and part[1]]
        right = [(-factor, what) for factor, what in parts if not (factor > 0 and what)]
        start = self.number(Fraction(0)) + f" {self.minus} "
        one, two = (added(side, self.number, self.plus, self.minus, self.times, start) for side in (left, right))
        return f"{one} {'>' if positive else '<='} {two}"

    def truth(self, group: Group, term: Term, kind: str, values: tuple[Fraction, Fraction], indices: tuple[str, ...], as_is: bool) -> str:
        positive = (term.coefficient.constant.at(self.plan.sizes[0]) > 0) == as_is
        if all(span.is_point for span in term.spans):
            form = self.forms.get(term.source)
            if term.source in self.plan.inlined and form is not None:
                places = tuple(self.place(span.lo, indices) for span in term.spans)
                return self.condition(self.program.group(term.source), form, places, positive, inner=len(group.terms) > 1)
            return self.entry(self.sum(term.source, term.spans, indices, group), positive, values)
        word = {"any": "exists", "all": "for_all"}[kind if positive else {"any": "all", "all": "any"}[kind]]
        text = self.sum(term.source, term.spans, indices, group, term.diagonal, word, values)
        return text if positive else f"not ({text})"

    def entry(self, text: str, positive: bool, values: tuple[Fraction, Fraction]) -> str:
        middle = (values[0] + values[1]) / 2
        below = middle if self.floats else Fraction(middle.numerator // middle.denominator)
        return f"{text} > {self.number(below)}" if positive else f"{text} <= {self.number(below)}"

    def term(self, group: Group, position: int, term: Term, indices: tuple[str, ...]) -> str:
        shared = self.plan.taken.get((group.name, position))
        if shared is not None:
            places = [
                self.at(span.lo, indices) for span, taken in zip(term.spans, shared.spans, strict=True) if taken is None
            ]
            return shared.name + "".join(f".({place})" for place in places)
        if term.source in self.plan.inlined:
            return self.unit(self.program.group(term.source), tuple(self.place(span.lo, indices) for span in term.spans))
        return self.sum(term.source, term.spans, indices, group, term.diagonal)

    def place(self, number: Affine, indices: tuple[str, ...]) -> str:
        return _argument(self.at(number, indices))

    def at(self, number: Affine, indices: tuple[str, ...]) -> str:
        return place_text(number, indices, self.names, "/")

    def length(self, extent: Poly) -> str:
        return length_text(extent, self.names, "/")

    def sum(
        self, source: str, spans: tuple[Span, ...], indices: tuple[str, ...], group: Group | None,
        diagonal: bool = False, word: str = "sum", values: tuple[Fraction, Fraction] | None = None,
    ) -> str:  # fmt: skip
        """The sum of an array's entries over spans; with another word whether one or all of them are high."""
        shape = self.program.shape_of(source)
        lengths = [self.length(extent) for extent in shape]
        text, loops = source, []
        if diagonal:
            away = self.place(spans[0].lo, indices)
            second = f"around (a + {away}) {_argument(lengths[1])}" if spans[0].cyclic else f"a + {away}"
            self.helpers |= {"around"} if spans[0].cyclic else set()
            bounds = ("0", lengths[0]) if spans[0].cyclic else (f"max 0 (-{away})", f"min {_argument(lengths[0])} ({lengths[1]} - {away})")
            text, loops, spans = f"{source}.(a).({second})", [("a", *bounds, 1)], ()
        for axis, (span, extent) in enumerate(zip(spans, shape, strict=False)):
            cut = self.plan.is_cut(span, group, extent) if group is not None and not span.cyclic else (False, False)
            lo, hi = self.at(span.lo, indices), self.at(span.hi, indices)
            self.helpers |= {"around"} if span.cyclic else set()
            if span.is_point and not any(cut):
                text += f".(around {_argument(lo)} {_argument(lengths[axis])})" if span.cyclic else f".({lo})"
                continue
            name = SUM_NAMES[axis]
            text += f".(around {name} {_argument(lengths[axis])})" if span.cyclic else f".({name})"
            lo, hi = f"max 0 {_argument(lo)}" if cut[0] else lo, f"min {_argument(lengths[axis])} {_argument(hi)}" if cut[1] else hi
            loops.append((name, lo, hi, span.step))
        if not loops:
            return text
        self.helpers.add(word)
        text = text if values is None or word == "sum" else self.entry(text, True, values)
        for name, lo, hi, step in reversed(loops):
            text = f"{word} {_argument(lo)} {_argument(hi)} {step} (fun {name} -> {text})"
        return text

    def output(self) -> list[str]:
        made, axes = layout(self.program), len(self.program.output_shape)
        lengths = [self.length(extent) for extent in self.program.output_shape]
        most = self.program.output == "max"
        if made.kind == "stack":
            text = f"[|{'; '.join(self.unit(group, INDEX_NAMES) for group in made.groups)}|]"
            return [self.nested(f"largest {text}" if most else text, lengths[:-1])]
        if made.kind == "same":
            lines = [f"let output = {self.group(made.groups[0])} in"]
        else:
            lines = [f"let output = {self.nested(self.number(Fraction(0)), lengths)} in"]
            for group in made.groups:
                lines.append(f"let {group.name} = {self.group(group)} in")
                target = "output" + "".join(f".({self.at(place, INDEX_NAMES)})" for place in group.positions)
                value = group.name + "".join(f".({name})" for name in INDEX_NAMES[: len(group.extents)])
                tests = " && ".join(
                    f"{INDEX_NAMES[one.first]} {'<>' if one.kind == '!=' else one.kind} {INDEX_NAMES[one.second]}"
                    for one in group.relations
                )
                text = f"if {tests} then {target} <- {value}" if tests else f"{target} <- {value}"
                for name, extent in reversed(list(zip(INDEX_NAMES, group.extents, strict=False))):
                    text = f"for {name} = 0 to {self.length(extent)} - 1 do {text} done"
                lines.append(f"{text};")
        inner = "output" + "".join(f".({name})" for name in INDEX_NAMES[: axes - 1])
        return [*lines, self.nested(f"largest {inner}", lengths[:-1]) if most else "output"]


def _argument(text: str) -> str:
    """A text as an argument: in parentheses unless it is one word, an access, or in parentheses already."""
    return text if " " not in text and not text.startswith("-") else f"({text})"


def _values(number: Affine) -> list[Fraction]:
    return [factor for _, factor in number.constant.terms] + [multiple for _, multiple in number.multiples] or [Fraction(1)]
