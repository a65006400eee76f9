"""The program as vectorised NumPy: a batch of inputs at once, no loop over units."""

from __future__ import annotations

from fractions import Fraction

from pyssnn.distillation.emit.layout import layout
from pyssnn.distillation.emit.plan import INDEX_NAMES, Plan, Shared
from pyssnn.distillation.emit.words import added, affine, length_text, place_text, plain, whole
from pyssnn.distillation.ir import INPUT, Affine, Group, Poly, Span, Term


def numpy_source(plan: Plan, trace: bool = False) -> str:
    """The text of a function `program(x)` of an array (batch, *input shape), or (*input shape) for one input.

    Args:
        trace: the function gives a dictionary of every group's array and "output" instead of the output.
    """
    return _NumPy(plan).text(trace)


class _NumPy:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.program, self.names = plan, plan.program, plan.program.variables()
        self.levels: dict[tuple[Fraction, ...], str] = {}
        self.uses_window = self.uses_diagonals = False

    def text(self, trace: bool) -> str:
        axes = len(self.program.input_shape)
        body = [f"{INPUT} = np.asarray({INPUT}, dtype=float)"]
        for number, name in enumerate(self.program.sizes):
            body.append(f"{name} = {INPUT}.shape[{self.program.input_shape.index(Poly.size(number)) - axes}]")
        for step in self.plan.steps:
            if isinstance(step, Shared):
                body.append(f"{step.name} = {self.shared(step)}")
            else:
                body += self.group(step)
        body += self.output()
        if trace:
            named = ", ".join(f'"{group.name}": {group.name}' for group in self.program.groups)
            body.append(f'return {{{named}, "output": output}}')
        else:
            body.append("return output")
        heads = ["import numpy as np"]
        heads += [self.level(encoding, name) for encoding, name in self.levels.items()]
        if self.uses_window:
            heads.append(_WINDOW)
        if self.uses_diagonals:
            heads.append(_DIAGONALS)
        if self.program.output == "max":
            below, at, above = map(plain, self.program.output_encoding)
            heads.append(
                "def largest(sums):\n    best = sums == sums.max(axis=-1, keepdims=True)\n"
                f"    return np.where(best, np.where(best.sum(axis=-1, keepdims=True) > 1, {at}, {above}), {below})"
            )
        return "\n\n\n".join([*heads, "\n".join(["def program(x):", *(f"    {line}" for line in body)])]) + "\n"

    def level(self, encoding: tuple[Fraction, ...], name: str) -> str:
        if encoding == (-1, 0, 1):
            return f"def {name}(s):\n    return np.sign(s)"
        below, at, above = map(plain, encoding)
        return f"def {name}(s):\n    return np.where(s > 0, {above}, np.where(s < 0, {below}, {at}))"

    def shared(self, shared: Shared) -> str:
        shape = self.program.shape_of(shared.source)
        parts = [self.slice(span, extent) if span is not None else ":" for span, extent in zip(shared.spans, shape, strict=True)]
        axes = tuple(axis - len(shape) for axis, span in enumerate(shared.spans) if span is not None)
        text = shared.source if all(part == ":" for part in parts) else f"{shared.source}[..., {', '.join(parts)}]"
        return f"{text}.sum(axis={axes[0] if len(axes) == 1 else axes})"

    def slice(self, span: Span, extent: Poly) -> str:
        lo = "" if span.lo == Affine() else self.end(span.lo)
        hi = "" if span.hi == Affine(extent) else self.end(span.hi)
        return f"{lo}:{hi}" + (f":{span.step}" if span.step > 1 else "")

    def end(self, number: Affine) -> str:
        """An end of a slice, which counts from the array's end where it is below 0."""
        text = place_text(number, (), self.names)
        return text if number.is_const and number.constant.at(()) >= 0 else f"max(0, {text})"

    def group(self, group: Group) -> list[str]:
        count = len(group.extents)
        indices = INDEX_NAMES[:count]
        lines = []
        lengths = [length_text(extent, self.names) for extent in group.extents]
        if count == 1:
            lines.append(f"{indices[0]} = np.arange({lengths[0]})")
        elif count:
            lines.append(f"{', '.join(indices)} = np.ogrid[{', '.join(f':{length}' for length in lengths)}]")
        scale = whole(group)
        parts: list[tuple[Fraction, str]] = []
        for position, term in enumerate(group.terms):
            parts += self.product(term.coefficient.scaled(scale), self.term(group, position, term, indices), indices)
        parts += self.product(group.bias.scaled(scale), "", indices)
        text = added(parts)
        batch = f"{INPUT}.shape[:-{len(self.program.input_shape)}]"
        if not group.terms:
            text = f"{text} + np.zeros({batch} + {_tuple(lengths)})" if count else f"{text} + np.zeros({batch})"
        elif count and not self.spreads(group):
            # Every unit's value has the group's shape, even where the formula does not mention all indices.
            text = f"{text} + np.zeros({_tuple(lengths)})"
        if group.activation != "linear":
            if group.encoding not in self.levels:
                known = {(-1, 0, 1): "sign", (0, Fraction(1, 2), 1): "step"}
                self.levels[group.encoding] = known.get(group.encoding, f"level{len(self.levels)}")
            text = f"{self.levels[group.encoding]}({text})"
        if group.relations:
            holds = [f"({indices[one.first]} {one.kind} {indices[one.second]})" for one in group.relations]
            text = f"np.where({' & '.join(holds)}, {text}, 0)"
        lines.append(f"{group.name} = {text}")
        return lines

    def spreads(self, group: Group) -> bool:
        """Whether one term without a relation between its axes depends on every index, so that broadcasting gives the shape."""
        named = {position for term in group.terms for span in term.spans for bound in (span.lo, span.hi) for position, _ in bound.multiples}
        return len(named) == len(group.extents) and all(term.spans for term in group.terms[:1])

    def product(self, factor: Affine, what: str, indices: tuple[str, ...]) -> list[tuple[Fraction, str]]:
        if factor.is_const:
            return [(factor.constant.at(()), what)]
        text = affine(factor, indices, self.names)
        return [(Fraction(1), f"({text})" if not what else f"({text}) * {what}")]

    def term(self, group: Group, position: int, term: Term, indices: tuple[str, ...]) -> str:
        """The term for all units: an array (batch, the group's shape), axes of length 1 where it does not depend on an index."""
        shared = self.plan.taken.get((group.name, position))
        if shared is not None:
            spans = [span for span, taken in zip(term.spans, shared.spans, strict=True) if taken is None]
            extents = [extent for extent, taken in zip(self.program.shape_of(term.source), shared.spans, strict=True) if taken is None]
            return self.read(shared.name, spans, extents, indices, group)
        if term.diagonal:
            self.uses_diagonals = True
            away = self.bound(term.spans[0].lo, indices)
            text = f"diagonals({term.source}, {away}, {term.spans[0].cyclic})"
            return text if term.spans[0].lo.multiples or not indices else f"{text}[..., {', '.join(['None'] * len(indices))}]"
        return self.read(term.source, list(term.spans), list(self.program.shape_of(term.source)), indices, group)

    def read(self, source: str, spans: list[Span], extents: list[Poly], indices: tuple[str, ...], group: Group) -> str:
        text, kept, axis_of = source, [], []
        # Constant spans are summed first; the axes left are looked up by index arrays, all at once.
        parts, axes = [], []
        for axis, (span, extent) in enumerate(zip(spans, extents, strict=True)):
            moving = span.lo.multiples or span.hi.multiples
            if span.cyclic or moving or span.is_point:
                parts.append(":")
                kept.append((span, extent))
                axis_of.append(axis)
            else:
                parts.append(self.slice(span, extent))
                axes.append(axis - len(spans))
        if axes:
            text = text if all(part == ":" for part in parts) else f"{text}[..., {', '.join(parts)}]"
            text = f"{text}.sum(axis={axes[0] if len(axes) == 1 else tuple(axes)})"
        if not kept:
            return f"{text}{'[..., ' + ', '.join(['None'] * len(indices)) + ']' if indices else ''}"
        if all(span.is_point for span, _ in kept) and not any(
            any(self.plan.is_cut(span, group, extent, related=False)) for span, extent in kept if not span.cyclic
        ):
            places = []
            for span, extent in kept:
                place = place_text(span.lo, indices, self.names)
                if span.cyclic:
                    place = f"({place}) % ({length_text(extent, self.names)})"
                places.append(place)
            plainly = [f"{name}" for name in indices]
            if places == plainly and all(extent == own for (_, extent), own in zip(kept, group.extents, strict=True)):
                return text
            if not any(span.lo.multiples for span, _ in kept):
                looked = f"{text}[..., {', '.join(places)}]"
                return f"{looked}[..., {', '.join(['None'] * len(indices))}]" if indices else looked
            return f"{text}[..., {', '.join(places)}]"
        self.uses_window = True
        bounds = ", ".join(f"({self.bound(span.lo, indices)}, {self.bound(span.hi, indices)}, {span.cyclic}, {span.step})" for span, _ in kept)
        text = f"window({text}, {bounds})"
        moving = any(bound.multiples for span, _ in kept for bound in (span.lo, span.hi))
        return text if moving or not indices else f"{text}[..., {', '.join(['None'] * len(indices))}]"

    def bound(self, number: Affine, indices: tuple[str, ...]) -> str:
        return place_text(number, indices, self.names)

    def output(self) -> list[str]:
        made = layout(self.program)
        if made.kind == "same":
            lines = [f"output = {made.groups[0].name}"]
        elif made.kind == "stack":
            lines = [f"output = np.stack([{', '.join(group.name for group in made.groups)}], axis=-1)"]
        else:
            lengths = _tuple([length_text(extent, self.names) for extent in self.program.output_shape])
            lines = [f"output = np.zeros({INPUT}.shape[:-{len(self.program.input_shape)}] + {lengths})"]
            for group in made.groups:
                indices = INDEX_NAMES[: len(group.extents)]
                values = group.name
                if len(indices) == 1:
                    lines.append(f"{indices[0]} = np.arange({length_text(group.extents[0], self.names)})")
                elif indices:
                    lines.append(
                        f"{', '.join(indices)} = np.ogrid[{', '.join(':' + length_text(extent, self.names) for extent in group.extents)}]"
                    )
                places = [place_text(place, indices, self.names) for place in group.positions]
                if group.relations:
                    holds = " & ".join(f"({indices[one.first]} {one.kind} {indices[one.second]})" for one in group.relations)
                    lines.append(f"{', '.join(indices)} = np.nonzero({holds})")
                    values = f"{group.name}[..., {', '.join(indices)}]"
                lines.append(f"output[..., {', '.join(places)}] = {values}")
        if self.program.output == "max":
            lines[-1:] = [*lines[-1:], "output = largest(output)"]
        return lines


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


_DIAGONALS = '''def diagonals(values, away, cyclic):
    """The sums of the entries of the last two axes whose second place is the first plus `away`, cut off or modulo the second length."""
    first, length = np.arange(values.shape[-2]), values.shape[-1]
    second = first + np.asarray(away)[..., None]
    inside = np.ones(second.shape, bool) if cyclic else (second >= 0) & (second < length)
    return (values[..., first, second % length] * inside).sum(axis=-1)'''

_WINDOW = '''def window(values, *spans):
    """The sums of an array's last axes over spans (start, end, whether modulo the length, step), one for each entry of the bounds."""
    for axis, (lo, hi, cyclic, step) in zip(range(-len(spans), 0), spans):
        length = values.shape[axis]
        if cyclic:
            width = int(np.max(np.asarray(hi) - lo))
            values = np.concatenate([values] + [values] * -(-width // length), axis)
            lo, hi = lo % length, lo % length + (np.asarray(hi) - lo)
        top = values.shape[axis]
        values = np.concatenate([np.zeros_like(np.repeat(np.take(values, [0], axis), step, axis)), values], axis)
        for start in range(step):
            every = (..., slice(start, None, step)) + (slice(None),) * (-axis - 1)
            values[every] = np.cumsum(values[every], axis)
        lo, hi = np.clip(lo, 0, top), np.clip(hi, 0, top)
        spans = [*spans]
        spans[axis] = lo, lo + -(-np.maximum(hi - lo, 0) // step) * step
    bounds = np.broadcast_arrays(*[bound for span in spans for bound in span])
    spans = list(zip(bounds[::2], bounds[1::2]))
    total = 0
    for corner in range(2 ** len(spans)):
        ends = [bool(corner >> axis & 1) for axis in range(len(spans))]
        places = tuple(span[end] for span, end in zip(spans, ends))
        total = total + (-1) ** (len(spans) - sum(ends)) * values[(..., *places)]
    return total'''
