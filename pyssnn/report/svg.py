"""Charts as inline SVG. Colours are classes, so that the page's style sheet gives them, in light and in dark.

A chart is drawn in units of about a pixel, as wide as a narrow telephone, and a wider page holds more of them side by side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pyssnn.report.markup import Markup, element

WIDTH, HEIGHT = 360, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 10, 36
_MARK = 3.0

Point = tuple[float, float]


def ticks(low: float, high: float, n: int = 5) -> list[float]:
    """At most about `n` round numbers from `low` to `high`, 1, 2 or 5 times a power of ten apart."""
    if not high > low:
        return [low]
    raw = (high - low) / n
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) for i in range(first, math.floor(high / step + 1e-9) + 1)]


class Chart:
    """A pair of axes and what is drawn between them.

    Args:
        label: what the chart shows, in words, for those who cannot see it.
        x, y: the axes' names.
        x_limits, y_limits: the values at the axes' ends.
        percent: whether y is a fraction, shown as a percentage.
        x_ticks: the values written on the x axis with their text; round numbers if None.
        log_x: whether x is on a logarithmic scale; give `x_ticks` then.
    """

    def __init__(
        self,
        label: str,
        x: str,
        y: str,
        x_limits: Point,
        y_limits: Point,
        *,
        percent: bool = False,
        x_ticks: Sequence[tuple[float, str]] | None = None,
        log_x: bool = False,
    ) -> None:
        self._label, self._log_x = label, log_x
        self._x_limits, self._y_limits = _spread(*x_limits), _spread(*y_limits)
        self._pieces: list[Markup] = []
        self._axes(x, y, x_ticks or [(value, _number(value)) for value in ticks(*self._x_limits)], percent)

    def band(self, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], name: str) -> None:
        """The area between two curves."""
        around = [*zip(xs, lows), *reversed(list(zip(xs, highs)))]
        self._pieces.append(element("path", d=f"{self._path(around)}Z", class_=f"band {name}"))

    def line(self, points: Sequence[Point], name: str, told: str | None = None) -> None:
        """A curve of class `name`; `told` is shown where somebody points at it."""
        if len(points) > 1:
            self._pieces.append(_titled("path", told, d=self._path(points), class_=f"line {name}"))

    def marks(self, points: Sequence[Point], name: str, told: Sequence[str] = (), *, square: bool = False, hollow: bool = False) -> None:
        """A mark at each point, with what is told of it."""
        for (x, y), words in zip(points, told or [None] * len(points)):
            kind = f"mark {name}{' hollow' if hollow else ''}"
            left, top = self._at(x, y)
            if square:
                size = {"x": _n(left - _MARK), "y": _n(top - _MARK), "width": 2 * _MARK, "height": 2 * _MARK}
                self._pieces.append(_titled("rect", words, **size, class_=kind))
            else:
                self._pieces.append(_titled("circle", words, cx=_n(left), cy=_n(top), r=_MARK, class_=kind))

    def bar(self, x: float, low: float, high: float, name: str, told: str, width: float = 0.6) -> None:
        """An upright bar around `x`, `width` wide in its units."""
        left, top = self._at(x - width / 2, high)
        right, bottom = self._at(x + width / 2, low)
        size = {"x": _n(left), "y": _n(top), "width": _n(right - left), "height": _n(bottom - top)}
        self._pieces.append(_titled("rect", told, **size, class_=f"bar {name}"))

    def whisker(self, x: float, low: float, high: float, name: str) -> None:
        """An interval at `x`."""
        self._pieces.append(element("path", d=self._path([(x, low), (x, high)]), class_=f"line {name}"))

    def upright(self, x: float, name: str) -> None:
        """A line from the bottom to the top at `x`."""
        self._pieces.append(element("path", d=self._path([(x, self._y_limits[0]), (x, self._y_limits[1])]), class_=f"line {name}"))

    def svg(self) -> Markup:
        """The chart as an element."""
        return element("svg", *self._pieces, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=self._label, class_="chart")

    def _axes(self, x: str, y: str, x_ticks: Sequence[tuple[float, str]], percent: bool) -> None:
        for value in ticks(*self._y_limits):
            _, top = self._at(self._x_limits[0], value)
            self._pieces.append(element("path", d=f"M{_LEFT} {_n(top)}H{WIDTH - _RIGHT}", class_="grid"))
            shown = _number(100 * value if percent else value)
            self._pieces.append(element("text", shown, x=_LEFT - 5, y=_n(top + 3.5), text_anchor="end"))
        for value, shown in x_ticks:
            left, _ = self._at(value, self._y_limits[0])
            self._pieces.append(element("text", shown, x=_n(left), y=HEIGHT - _BOTTOM + 14, text_anchor="middle"))
        self._pieces.append(element("path", d=f"M{_LEFT} {HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}", class_="axis"))
        middle = (_LEFT + WIDTH - _RIGHT) / 2
        self._pieces.append(element("text", x, x=_n(middle), y=HEIGHT - 5, text_anchor="middle", class_="name"))
        up = _n((_TOP + HEIGHT - _BOTTOM) / 2)
        named = {"x": 10, "y": up, "transform": f"rotate(-90 10 {up})"}
        self._pieces.append(element("text", f"{y} (%)" if percent else y, text_anchor="middle", class_="name", **named))

    def _at(self, x: float, y: float) -> Point:
        scale = math.log if self._log_x else float
        (first, last), (low, high) = map(scale, self._x_limits), self._y_limits
        left = _LEFT + (scale(x) - first) / (last - first) * (WIDTH - _LEFT - _RIGHT)
        return left, HEIGHT - _BOTTOM - (y - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    def _path(self, points: Sequence[Point]) -> str:
        return "M" + "L".join(f"{_n(left)} {_n(top)}" for left, top in (self._at(x, y) for x, y in points))


def _titled(name: str, told: str | None, **attributes: object) -> Markup:
    """A shape, with a text that browsers show on pointing at it."""
    shape = element(name, **attributes)
    return shape if told is None else Markup(f"{shape[:-2]}>{element('title', told)}</{name}>")


def _spread(low: float, high: float) -> Point:
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _number(value: float) -> str:
    return f"{value:,.10g}"
