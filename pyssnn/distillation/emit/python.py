"""The program as readable Python: nested lists and comprehensions, no imports."""

from __future__ import annotations

from fractions import Fraction

from pyssnn.distillation.emit.layout import layout
from pyssnn.distillation.emit.plan import INDEX_NAMES, Plan, Shared
from pyssnn.distillation.emit.words import added, affine, length_text, place_text, plain, whole
from pyssnn.distillation.ir import INPUT, Affine, Group, Poly, Span, Term
from pyssnn.distillation.simplify import Form

SUM_NAMES = ("a", "b", "c", "d")
HELPERS = {(-1, 0, 1): "sign", (0, Fraction(1, 2), 1): "step"}


def python_source(plan: Plan, forms: dict[str, Form], trace: bool = False) -> str:
    """The text of a function `program(x)` of a nested list.

    Args:
        forms: what is known of threshold groups, by name (see `simplify`).
        trace: the function gives a dictionary of every group's array and "output" instead of the output.
    """
    return _Python(plan, forms).text(trace)


class _Python:
    def __init__(self, plan: Plan, forms: dict[str, Form]) -> None:
        self.plan, self.program, self.forms = plan, plan.program, forms
        self.names = plan.program.variables()
        self.helpers: dict[tuple, str] = {}

    def text(self, trace: bool) -> str:
        body = [*self.size_lines()]
        for step in self.plan.steps:
            if isinstance(step, Shared):
                body.append(f"{step.name} = {self.shared(step)}")
            elif step.name not in self.plan.inlined and (trace or step.layer != self.program.last):
                body.append(f"{step.name} = {self.group(step)}")
        lines, output = self.output(trace)
        body += lines
        if trace:
            named = ", ".join(f'"{group.name}": {group.name}' for group in self.program.groups)
            output = f'{{{named}, "output": {output}}}'
        body.append(f"return {output}")
        heads = [self.helper(encoding, name) for encoding, name in self.helpers.items()]
        if self.program.output == "max":
            heads.append(self.largest())
        return "\n\n\n".join([*heads, "\n".join(["def program(x):", *(f"    {line}" for line in body)])]) + "\n"

    def size_lines(self) -> list[str]:
        lines = []
        for number, name in enumerate(self.program.sizes):
            axis = self.program.input_shape.index(Poly.size(number))
            lines.append(f"{name} = len({INPUT}{'[0]' * axis})")
        return lines

    def helper(self, encoding: tuple, name: str) -> str:
        below, at, above = map(plain, encoding)
        return f"def {name}(s):\n    return {above} if s > 0 else {below} if s < 0 else {at}"

    def largest(self) -> str:
        below, at, above = map(plain, self.program.output_encoding)
        choice = f"{below} if s < top else {above} if sums.count(top) == 1 else {at}"
        return f"def largest(sums):\n    top = max(sums)\n    return [{choice} for s in sums]"

    def level(self, encoding: tuple[Fraction, Fraction, Fraction]) -> str:
        if encoding not in self.helpers:
            self.helpers[encoding] = HELPERS.get(encoding, f"level{len(self.helpers)}")
        return self.helpers[encoding]

    def shared(self, shared: Shared) -> str:
        shape = self.program.shape_of(shared.source)
        free, spans = shared.entry()
        text = self.sum(shared.source, spans, INDEX_NAMES, None)
        return self.nested(text, [length_text(shape[axis], self.names) for axis in free])

    def nested(self, text: str, lengths: list[str]) -> str:
        for name, length in reversed(list(zip(INDEX_NAMES, lengths, strict=False))):
            text = f"[{text} for {name} in range({length})]"
        return text

    def group(self, group: Group) -> str:
        text = self.unit(group, INDEX_NAMES)
        if group.relations:
            holds = " and ".join(f"{INDEX_NAMES[one.first]} {one.kind} {INDEX_NAMES[one.second]}" for one in group.relations)
            text = f"({text}) if {holds} else 0" if self.is_choice(group) else f"{text} if {holds} else 0"
        return self.nested(text, [length_text(extent, self.names) for extent in group.extents])

    def unit(self, group: Group, indices: tuple[str, ...]) -> str:
        scale = whole(group)
        parts = []
        for position, term in enumerate(group.terms):
            parts += self.product(term.coefficient.scaled(scale), self.term(group, position, term, indices), indices)
        form = self.forms.get(group.name)
        if form is not None:
            holds = self.condition(group, form, indices)
            below, _, above = group.encoding
            return f"int({holds})" if (below, above) == (0, 1) else f"{plain(above)} if {holds} else {plain(below)}"
        parts += self.product(group.bias.scaled(scale), "", indices)
        text = added(parts)
        return text if group.activation == "linear" else f"{self.level(group.encoding)}({text})"

    def is_choice(self, group: Group) -> bool:
        """Whether a unit's text is "… if … else …", which binds less than anything."""
        return group.name in self.forms and (group.encoding[0], group.encoding[2]) != (0, 1)

    def condition(self, group: Group, form: Form, indices: tuple[str, ...], positive: bool = True, inner: bool = False) -> str:
        """The text of the condition under which a group that never ties is above 0, or of its opposite; `inner` for a part of another."""
        if form.kind != "compare" and not any((group.name, position) in self.plan.taken for position in range(len(group.terms))):
            values = dict(form.values)
            kind = form.kind if positive else {"any": "all", "all": "any"}[form.kind]
            texts = [self.truth(group, term, kind, values[term.source], indices, positive) for term in group.terms]
            text = (" or " if kind == "any" else " and ").join(texts)
            return f"({text})" if inner and len(texts) > 1 else text
        scale = whole(group) if form.bias == group.bias else Fraction(1)
        left: list[tuple[Fraction, str]] = []
        right: list[tuple[Fraction, str]] = []
        for position, term in enumerate(group.terms):
            for factor, what in self.product(term.coefficient.scaled(scale), self.term(group, position, term, indices), indices):
                (left if factor > 0 else right).append((abs(factor), what))
        for factor, what in self.product(form.bias.scaled(scale), "", indices):
            (right if factor < 0 or not what else left).append((-factor if factor < 0 or not what else factor, what))
        return f"{added(left)} {'>' if positive else '<='} {added(right)}"

    def truth(self, group: Group, term: Term, kind: str, values: tuple[Fraction, Fraction], indices: tuple[str, ...], as_is: bool) -> str:
        """Whether any, or all, of a term's entries are true: high for a positive coefficient, low for a negative one; or not `as_is`."""
        positive = (term.coefficient.constant.at(self.plan.sizes[0]) > 0) == as_is
        if all(span.is_point for span in term.spans):
            form = self.forms.get(term.source)
            if term.source in self.plan.inlined and form is not None:
                source = self.program.group(term.source)
                return self.condition(
                    source, form, tuple(self.place(span.lo, indices) for span in term.spans), positive, inner=len(group.terms) > 1
                )
            entry = self.sum(term.source, term.spans, indices, group)
            return self.entry(entry, positive, values)
        word = kind if positive else {"any": "all", "all": "any"}[kind]
        total = self.sum(term.source, term.spans, indices, group, term.diagonal, word, values)
        return total if positive else f"not {total}"

    def entry(self, text: str, positive: bool, values: tuple[Fraction, Fraction]) -> str:
        low, high = values
        if low == 0 and high == 1:
            return text if positive else f"not {text}"
        middle = (low + high) / 2
        return f"{text} {'>' if positive else '<'} {plain(middle)}"

    def product(self, factor: Affine, what: str, indices: tuple[str, ...]) -> list[tuple[Fraction, str]]:
        """A factor times a text as parts of a sum."""
        if factor.is_const:
            return [(factor.constant.at(()), what)]
        text = affine(factor, indices, self.names)
        if not what:
            parts = [(multiple, indices[position]) for position, multiple in factor.multiples]
            return parts + [
                (value, " * ".join(n for n, e in zip(self.names, exponents, strict=False) for _ in range(e)))
                for exponents, value in reversed(factor.constant.terms)
            ]
        return [(Fraction(1), f"({text}) * {what}" if " " in text else f"{text} * {what}")]

    def term(self, group: Group, position: int, term: Term, indices: tuple[str, ...]) -> str:
        shared = self.plan.taken.get((group.name, position))
        if shared is not None:
            places = [place_text(span.lo, indices, self.names) for span, taken in zip(term.spans, shared.spans, strict=True) if taken is None]
            return shared.name + "".join(f"[{place}]" for place in places)
        if term.source in self.plan.inlined:
            text = self.unit(self.program.group(term.source), tuple(self.place(span.lo, indices) for span in term.spans))
            return f"({text})" if self.is_choice(self.program.group(term.source)) else text
        return self.sum(term.source, term.spans, indices, group, term.diagonal)

    def place(self, number: Affine, indices: tuple[str, ...]) -> str:
        text = place_text(number, indices, self.names)
        return f"({text})" if " " in text else text

    def sum(
        self, source: str, spans: tuple[Span, ...], indices: tuple[str, ...], group: Group | None,
        diagonal: bool = False, word: str = "sum", values: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1)),
    ) -> str:  # fmt: skip
        """The sum of an array's entries over spans; with another word whether any or all of them are high."""
        shape = self.program.shape_of(source)
        bare = values == (0, 1)
        if diagonal:
            return self.diagonal(source, spans[0], shape, indices, word, values)
        cuts = [
            self.plan.is_cut(span, group, extent) if group is not None and not span.cyclic else (False, False)
            for span, extent in zip(spans, shape, strict=True)
        ]
        points = [span.is_point and not any(cut) for span, cut in zip(spans, cuts, strict=True)]
        full = [span.is_full(extent) for span, extent in zip(spans, shape, strict=True)]
        leading = 0
        while leading < len(spans) and points[leading]:
            leading += 1
        text = source + "".join(f"[{self.index(span, extent, indices)}]" for span, extent in zip(spans[:leading], shape, strict=False))
        if leading == len(spans):
            return text
        if leading == len(spans) - 1 and not spans[-1].cyclic and not any(cuts[-1]):
            text = text if full[-1] else f"{text}[{self.slice(spans[-1], shape[-1], indices)}]"
            return f"{word}({text})" if bare else f"{word}({self.entry('e', True, values)} for e in {text})"
        if leading == len(spans) - 2 and full[-1] and full[-2] and bare:
            return f"{word}(map({word}, {text}))"
        loops = []
        for axis in range(leading, len(spans)):
            name = SUM_NAMES[axis]
            if points[axis]:
                text += f"[{self.index(spans[axis], shape[axis], indices)}]"
                continue
            lo, hi, extent = (
                place_text(spans[axis].lo, indices, self.names),
                place_text(spans[axis].hi, indices, self.names),
                length_text(shape[axis], self.names),
            )
            if spans[axis].cyclic:
                text += f"[{name} % {extent}]" if " " not in extent else f"[{name} % ({extent})]"
            else:
                text += f"[{name}]"
                lo, hi = f"max(0, {lo})" if cuts[axis][0] else lo, f"min({extent}, {hi})" if cuts[axis][1] else hi
            step = f", {spans[axis].step}" if spans[axis].step > 1 else ""
            loops.append(f"for {name} in range({hi})" if lo == "0" and not step else f"for {name} in range({lo}, {hi}{step})")
        return f"{word}({text if bare else self.entry(text, True, values)} {' '.join(loops)})"

    def diagonal(
        self, source: str, span: Span, shape: tuple[Poly, ...], indices: tuple[str, ...], word: str, values: tuple[Fraction, Fraction]
    ) -> str:
        away, rows, columns = place_text(span.lo, indices, self.names), length_text(shape[0], self.names), length_text(shape[1], self.names)
        entry = f"{source}[a][(a + {away}) % ({columns})]" if span.cyclic else f"{source}[a][a + {away}]"
        loop = f"for a in range({rows})" if span.cyclic else f"for a in range(max(0, -({away})), min({rows}, {columns} - ({away})))"
        return f"{word}({entry if values == (0, 1) else self.entry(entry, True, values)} {loop})"

    def index(self, span: Span, extent: Poly, indices: tuple[str, ...]) -> str:
        text = place_text(span.lo, indices, self.names)
        if not span.cyclic:
            return text
        length = length_text(extent, self.names)
        text = f"({text})" if " " in text else text
        return f"{text} % {length}" if " " not in length else f"{text} % ({length})"

    def slice(self, span: Span, extent: Poly, indices: tuple[str, ...]) -> str:
        lo = "" if span.lo == Affine() else place_text(span.lo, indices, self.names)
        hi = "" if span.hi == Affine(extent) else place_text(span.hi, indices, self.names)
        return f"{lo}:{hi}" + (f":{span.step}" if span.step > 1 else "")

    def output(self, trace: bool) -> tuple[list[str], str]:
        made, axes = layout(self.program), len(self.program.output_shape)
        lengths = [length_text(extent, self.names) for extent in self.program.output_shape]
        lines: list[str] = []
        if made.kind == "same":
            text = made.groups[0].name if trace else self.group(made.groups[0])
        elif made.kind == "stack":
            entries = [
                group.name + "".join(f"[{name}]" for name in INDEX_NAMES[: axes - 1]) if trace else self.unit(group, INDEX_NAMES)
                for group in made.groups
            ]
            text = f"[{', '.join(entries)}]"
            if self.program.output == "max":
                text = f"largest({text})"
            return lines, self.nested(text, lengths[:-1])
        else:
            lines, text = self.scatter(made.groups, lengths, trace), "output"
        if self.program.output == "max":
            inner = text + "".join(f"[{name}]" for name in INDEX_NAMES[: axes - 1])
            text = self.nested(f"largest({inner})", lengths[:-1])
        return lines, text

    def scatter(self, groups: tuple[Group, ...], lengths: list[str], trace: bool) -> list[str]:
        lines = ["output = " + self.nested("0", lengths)]
        for group in groups:
            if not trace:
                lines.append(f"{group.name} = {self.group(group)}")
            target = "output" + "".join(f"[{place_text(place, INDEX_NAMES, self.names)}]" for place in group.positions)
            value = group.name + "".join(f"[{name}]" for name in INDEX_NAMES[: len(group.extents)])
            loops = [f"for {name} in range({length_text(extent, self.names)}):" for name, extent in zip(INDEX_NAMES, group.extents, strict=False)]
            tests = [f"if {INDEX_NAMES[one.first]} {one.kind} {INDEX_NAMES[one.second]}:" for one in group.relations]
            lines += ["    " * depth + line for depth, line in enumerate([*loops, *tests, f"{target} = {value}"])]
        return lines
