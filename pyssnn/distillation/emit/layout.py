"""How the last layer's groups make up the output array."""

from __future__ import annotations

from dataclasses import dataclass

from pyssnn.distillation.ir import Affine, Group, Poly, Program


@dataclass(frozen=True)
class Layout:
    """One of three ways.

    Attributes:
        kind: "same" (one group is the output), "stack" (groups side by side along the last axis), or "scatter" (each unit to its place).
        groups: those of the last layer, for "stack" in the order of the last axis.
    """

    kind: str
    groups: tuple[Group, ...]


def layout(program: Program) -> Layout:
    """How the output is put together."""
    groups = tuple(group for group in program.groups if group.layer == program.last)
    axes = len(program.output_shape)
    if len(groups) == 1 and groups[0].extents == program.output_shape and _is_identity(groups[0], axes) and not groups[0].relations:
        return Layout("same", groups)
    if program.output_shape[-1] == Poly.const(len(groups)):
        by_place = {group.positions[-1]: group for group in groups}
        ordered = [by_place.get(Affine.const(place)) for place in range(len(groups))]
        if all(
            group is not None and group.extents == program.output_shape[:-1] and _is_identity(group, axes - 1) and not group.relations
            for group in ordered
        ):
            return Layout("stack", tuple(group for group in ordered if group is not None))
    return Layout("scatter", groups)


def _is_identity(group: Group, axes: int) -> bool:
    return len(group.extents) == axes and all(group.positions[axis] == Affine(Poly(), ((axis, 1),)) for axis in range(axes))
