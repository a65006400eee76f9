"""Threshold units in plainer words, where that is the same on the whole lattice of reachable sums."""

from __future__ import annotations


class Form:
    """A plainer way to write a threshold group."""

    def text(self, printer, group, parts, indices) -> str:  # noqa: ANN001
        raise NotImplementedError
