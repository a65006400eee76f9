"""HTML made of escaped pieces: whatever is put into an element is text unless it is `Markup` already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

VOID = frozenset({"circle", "line", "path", "polyline", "rect", "meta", "br", "img"})  # elements without an end


class Markup(str):
    """Text that is HTML, safe to put into a page as it is."""


def text(value: object) -> Markup:
    """The value as HTML: `Markup` as it is, everything else escaped."""
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def element(name: str, *content: object, **attributes: object) -> Markup:
    """An element; in attributes "_" stands for "-", a final "_" is dropped, and those that are None are left out."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items() if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{named}/>")
    return Markup(f"<{name}{named}>{''.join(map(text, content))}</{name}>")


def join(pieces: Iterable[object]) -> Markup:
    """The pieces one after the other."""
    return Markup("\n".join(text(piece) for piece in pieces))


def table(head: Sequence[object], rows: Iterable[Sequence[object]], *, caption: str, numbers_from: int = 1, kind: str | None = None) -> Markup:
    """A table in a box of its own that scrolls sideways where the page is narrow.

    Args:
        head: the columns' names.
        rows: the cells; the first of each row is its heading.
        caption: what the table says, for everybody.
        numbers_from: the first column that is set as numbers, to the right.
        kind: the table's class.
    """

    def cell(name: str, index: int, content: object, **attributes: object) -> Markup:
        return element(name, content, class_="n" if index >= numbers_from else None, **attributes)

    heading = element("tr", *(cell("th", i, name, scope="col") for i, name in enumerate(head)))
    body = [
        element("tr", cell("th", 0, row[0], scope="row"), *(cell("td", i, value) for i, value in enumerate(row[1:], start=1)))
        for row in rows
    ]
    whole = element("table", element("caption", caption), element("thead", heading), element("tbody", *body), class_=kind)
    return element("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)
