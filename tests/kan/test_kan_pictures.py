"""Pictures: every edge is there, nothing is written, the same network gives the same bytes."""

from __future__ import annotations

import matplotlib
import pytest
from matplotlib.collections import LineCollection, PolyCollection

from pyssnn.kan import KAN, MLP, drop_edges, picture, picture_bytes, swap
from pyssnn.kan.symbolic import SymbolicEdge
from tests.kan.conftest import data


def boxes(figure) -> int:
    return sum(len(c.get_paths()) for c in figure.axes[0].collections if isinstance(c, PolyCollection))


@pytest.mark.parametrize("network", [KAN([9, 10, 10, 1]), MLP([4, 3, 2]), KAN([2, (2, 2), 1])], ids=["kan", "mlp", "products"])
def test_every_edge_has_its_box_its_curve_and_two_lines(network):
    x = data(50, network.n_columns, 0)
    figure = picture(network, x)
    lines = [len(c.get_segments()) for c in figure.axes[0].collections if isinstance(c, LineCollection)]
    assert boxes(figure) == network.n_edges and sum(lines) == 3 * network.n_edges
    network.layers[0].set_formula(0, 0, SymbolicEdge("sin", [1.0, 0.0, 1.0, 0.0]))
    assert boxes(picture(network, x)) == network.n_edges


def test_boxes_do_not_overlap_and_stay_on_the_figure():
    network = KAN([10, 10, 10, 1])
    figure = picture(network, data(50, 10, 0))
    width, height = figure.get_size_inches()
    corners = [path.vertices for c in figure.axes[0].collections if isinstance(c, PolyCollection) for path in c.get_paths()]
    found = [(v[:, 0].min(), v[:, 1].min(), v[:, 0].max(), v[:, 1].max()) for v in corners]
    assert all(0 <= a and 0 <= b and c <= width and d <= height for a, b, c, d in found)
    for k, (a, b, c, d) in enumerate(found):
        assert all(c <= a2 or c2 <= a or d <= b2 or d2 <= b for a2, b2, c2, d2 in found[:k])
    assert min(c - a for a, _, c, _ in found) > 0.12  # inches


@pytest.mark.parametrize("long", ["b", "a name that is very long indeed"])
def test_names_stay_on_the_figure_and_apart(long):
    network = KAN([4, 3, 2])
    figure = picture({"title": network}, data(20, 4, 0), names=["a", long, long, "d"], outputs=[long, "second"])
    figure.canvas.draw()
    extents = [text.get_window_extent() for text in figure.axes[0].texts]
    width, height = figure.canvas.get_width_height()
    assert all(e.x0 >= 0 and e.y0 >= 0 and e.x1 <= width and e.y1 <= height for e in extents)
    if long == "b":
        assert not any(a.overlaps(b) for k, a in enumerate(extents) for b in extents[:k])


def test_several_networks_stand_side_by_side_in_one_vector_figure(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = matplotlib.rcParams.copy()
    network, x = KAN([3, 4, 1]), data(30, 3, 0)
    networks = {"fitted": network, "swapped": swap(network, x).network}
    figure = picture(networks, x, names=["first", "second", "third"], outputs=["result"], modules=[(0, 1), (2,)])
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts.count("result") == 2 and {"fitted", "swapped", "first"} <= set(texts)
    assert boxes(figure) == 2 * network.n_edges
    pdf, svg = picture_bytes(figure), picture_bytes(figure, "svg")
    assert pdf.startswith(b"%PDF") and b"<svg" in svg and b"<image" not in svg
    assert picture_bytes(picture(networks, x), "svg") == picture_bytes(picture(networks, x), "svg")
    assert list(tmp_path.iterdir()) == [] and matplotlib.rcParams.copy() == before


def test_a_network_without_edges_is_drawn_too():
    network, x = KAN([2, 3, 1]), data(10, 2, 0)
    nothing = drop_edges(network, x, [layer.mask for layer in network.layers]).network
    assert boxes(picture(nothing, x)) == 0
