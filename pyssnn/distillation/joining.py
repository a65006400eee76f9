"""Groups of different colours joined: families whose coefficients or bias vary too, or that an edge cuts off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from pyssnn.distillation.reader import Found, Reader
from pyssnn.distillation.selectors import STYLES, Style


def across_colours(reader: Reader, found: list[Found]) -> list[Found]:
    """Groups joined where three or more make one family, or two units follow one another."""
    for style, few in ((style, few) for few in (False, True) for style in STYLES):
        for chosen in _candidates(reader, found, style):
            if few != (len(chosen) == 2):
                continue
            parts = [found[place] for place in chosen]
            members = np.sort(np.concatenate([one.units for one in parts]))
            joined = reader.joined(members, style)
            large = len(parts) > 2 or len(members) > 3
            if joined is not None and _is_told(reader, joined) and (large or _is_succession(reader, parts, joined)):
                return across_colours(reader, [*(one for place, one in enumerate(found) if place not in chosen), joined])
    return found


def _candidates(reader: Reader, found: list[Found], style: Style) -> Iterator[tuple[int, ...]]:
    """Which groups may be one: of the same selectors and bias, then of any bias, then of some of the selectors, the most at a time."""
    keys = [_key(reader, one.units, style) for one in found]
    known = sorted({key for key in keys if key is not None}, key=lambda key: (-len(key), sorted(key)))
    for top in known:
        by_bias: dict[float, list[int]] = {}
        for place, key in enumerate(keys):
            if key == top:
                by_bias.setdefault(float(reader.layer.biases[found[place].units[0]]), []).append(place)
        yield from (tuple(places) for places in by_bias.values() if len(places) > 1)
        for places in by_bias.values():
            single = tuple(place for place in places if len(found[place].units) == 1)
            if 1 < len(single) < len(places):
                yield single
        below = [key for key in known if key < top][:4]
        for some in (some for count in range(len(below), -1, -1) for some in combinations(below, count)):
            chosen = tuple(place for place, key in enumerate(keys) if key == top or key in some)
            if len(chosen) > 2 or (some and len(chosen) == 2 and all(len(found[place].units) > 1 for place in chosen)):
                yield chosen


def _is_told(reader: Reader, joined: Found) -> bool:
    """Whether a bias or a coefficient that varies has three values or more: two always lie on a line."""
    one, at = joined.family, 0
    table = []
    for source, _ in joined.pieces:
        table.append(one.columns[at])
        at += 1 + 2 * reader.sources[source].ids.ndim
    for constant, multiples in (*table, one.columns[at]):
        values = (
            {constant + sum(multiple * int(index[position]) for position, multiple in multiples) for index in one.indices}
            if multiples
            else ()
        )
        if len(values) == 2:
            return False
    return True


def _is_succession(reader: Reader, parts: list[Found], joined: Found) -> bool:
    """Whether two units follow one another: every place one further, in two selectors or through all of an array."""
    if any(len(one.units) > 1 for one in parts) or joined.family.extents != (2,):
        return False
    at, places, whole = 0, 0, False
    for source, _ in joined.pieces:
        shape = reader.sources[source].ids.shape
        for axis, length in enumerate(shape):
            for _, multiples in (joined.family.columns[at + 1 + 2 * axis], joined.family.columns[at + 2 + 2 * axis]):
                if any(multiple != 1 for _, multiple in multiples):
                    return False
            moves = bool(joined.family.columns[at + 1 + 2 * axis][1])
            places += moves
            whole |= moves and length == 2
        at += 1 + 2 * len(shape)
    return places > 1 or whole


def _key(reader: Reader, units: np.ndarray, style: Style) -> frozenset | None:
    """The (source, coefficient) pairs of units' pieces, counted; None where they differ or a unit cannot be decomposed so."""
    keys = set()
    for unit in units[:8].tolist():
        counted: dict[tuple[int, float], int] = {}
        for source in range(len(reader.sources)):
            pieces = reader.pieces(unit, source, style)
            if pieces is None:
                return None
            for piece in pieces:
                counted[source, piece.coefficient] = counted.get((source, piece.coefficient), 0) + 1
        keys.add(frozenset((*pair, number) for pair, total in counted.items() for number in range(total)))
    return keys.pop() if len(keys) == 1 else None
