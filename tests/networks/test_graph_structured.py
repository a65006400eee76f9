"""A program's graph as the wiring of a network: how a vector is cut, how messages pass, and DGL's word on both."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.networks import GraphStructure, GraphStructured, NetworkConfig, build_graph_structured, seeded
from pyssnn.networks.graph_structured import Arcs, GineLayer
from pyssnn.networks.positions import sincos_positions_2d

ARCHIVE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "ssn_0_0"
needs_archive = pytest.mark.skipif(not ARCHIVE.is_dir(), reason="needs ../shared/reference/ssn_0_0")
needs_dgl = pytest.mark.skipif(importlib.util.find_spec("dgl") is None, reason="needs dgl, the reference backend (Python up to 3.11)")

SMALL = NetworkConfig(
    input_size=16, downsampled_size=4, vit_dim=16, vit_depth=1, vit_heads=2, vit_head_dim=4, vit_mlp_dim=16, conv_depth=1, graph_dim=64
)
TRIANGLE = GraphStructure(np.array([0, 1, 3]), np.array([[2, 0, 1, 0], [4, 1, 3, 1], [5, 0, 3, 2]]), 6)


@st.composite
def structures(draw: st.DrawFn, max_nodes: int = 6) -> GraphStructure:
    """Any graph: connected or not, pairs joined more than once by different ports, ids in any order and some unused."""
    n = draw(st.integers(1, max_nodes))
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, 9))
    taken: set[tuple[int, int]] = set()
    joined = []
    for u, v, port in draw(st.lists(ends, max_size=12)):
        if u != v and not {(u, port), (v, port)} & taken:
            taken |= {(u, port), (v, port)}
            joined.append((u, v, port))
    n_elements = n + len(joined) + draw(st.integers(0, 2))
    ids = draw(st.permutations(range(n_elements)))
    edges = [(ids[n + row], ids[u], ids[v], port) for row, (u, v, port) in enumerate(joined)]
    return GraphStructure(np.array(ids[:n]), np.array(edges).reshape(-1, 4), n_elements)


def archived(every: int) -> list[GraphStructure]:
    """Every so many of the archived graphs; each edge stands there once from either end."""
    found = []
    for path in sorted((ARCHIVE / "representations").glob("*.json"))[::every]:
        output = json.loads(path.read_text())["output"]
        edges = sorted({(edge, *sorted((node, other)), port) for (node, port), (edge, other) in output["edges"]})
        nodes = sorted({node for _, u, v, _ in edges for node in (u, v)})
        found.append(GraphStructure(np.array(nodes), np.array(edges), output["next_id"]))
    return found


def images(n: int, config: NetworkConfig = SMALL) -> torch.Tensor:
    return torch.rand(n, 1, config.input_size, config.input_size, generator=torch.Generator().manual_seed(n))


def test_the_first_element_takes_the_remainder() -> None:
    two_of_three = GraphStructure(np.array([0, 1]), np.array([[2, 0, 1, 4]]), 3)
    assert two_of_three.slice_indices(8).tolist() == [[0, 1, 2, 3, 0, 1, 2, 3], [4, 5] * 4, [6, 7] * 4]
    assert two_of_three.positions().tolist() == [[0, 0], [1, 0], [2, 5]]


@settings(deadline=None)
@given(structures())
def test_features_are_tiled_slices_plus_positions(structure: GraphStructure) -> None:
    network = GraphStructured(SMALL, structure)
    vectors = torch.randn(2, 64)
    length = 64 // structure.n_elements
    cuts = [0] + [64 - length * (structure.n_elements - 1 - element) for element in range(structure.n_elements)]
    elements = [(node, 0) for node in structure.nodes] + [(row[0], row[3] + 1) for row in structure.edges]
    for feature, (element, port) in zip(network.features(vectors).unbind(1), elements, strict=True):
        tiled = vectors[:, cuts[element] : cuts[element + 1]].tile(1, 64)[:, :64]
        position = sincos_positions_2d(torch.tensor([element]), torch.tensor([port]), 64)
        torch.testing.assert_close(feature, tiled + position)


def test_positions_are_sines_and_cosines_of_either_coordinate() -> None:
    (position,) = sincos_positions_2d(torch.tensor([3]), torch.tensor([5]), 8, temperature=100).tolist()
    expected = [math.sin(3), math.sin(0.03), math.cos(3), math.cos(0.03), math.sin(5), math.sin(0.05), math.cos(5), math.cos(0.05)]
    assert position == pytest.approx(expected, abs=1e-6)


@settings(deadline=None)
@given(structures())
def test_a_layer_is_the_sum_over_neighbours(structure: GraphStructure) -> None:
    layer, width = GineLayer(8), 8
    torch.nn.init.constant_(layer.eps, 0.25)
    nodes, edges = torch.randn(2, structure.n_nodes, width), torch.randn(2, structure.n_edges, width)
    row_of = {node: row for row, node in enumerate(structure.nodes)}
    summed = [1.25 * features for features in nodes.unbind(1)]
    for feature, (_, u, v, _) in zip(edges.unbind(1), structure.edges):
        summed[row_of[u]] = summed[row_of[u]] + torch.relu(nodes[:, row_of[v]] + feature)
        summed[row_of[v]] = summed[row_of[v]] + torch.relu(nodes[:, row_of[u]] + feature)
    torch.testing.assert_close(layer(Arcs(structure), nodes, edges), layer.apply_func(torch.stack(summed, dim=1)))


@settings(deadline=None)
@given(structures(), st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_edges_and_the_direction_of_an_edge_do_not_matter(structure: GraphStructure, random) -> None:
    nodes, edges = structure.nodes.tolist(), [list(row) for row in structure.edges.tolist()]
    random.shuffle(nodes)
    random.shuffle(edges)
    turned = [[edge, v, u, port] if random.random() < 0.5 else [edge, u, v, port] for edge, u, v, port in edges]
    other = GraphStructure(np.array(nodes), np.array(turned).reshape(-1, 4), structure.n_elements)
    logits = [build_graph_structured(SMALL, shape, seed=3).eval()(images(2)) for shape in (structure, other)]
    torch.testing.assert_close(*logits, atol=1e-5, rtol=1e-5)


def test_the_graph_matters() -> None:
    path = GraphStructure(TRIANGLE.nodes, TRIANGLE.edges[:2], TRIANGLE.n_elements)
    logits = [build_graph_structured(SMALL, shape, seed=3).eval()(images(2)) for shape in (TRIANGLE, path)]
    assert (logits[0] - logits[1]).abs().min() > 1e-4


def test_samples_of_a_batch_do_not_mix() -> None:
    network = build_graph_structured(SMALL, TRIANGLE, seed=0).eval()
    together = network(images(3))
    apart = torch.cat([network(image[None]) for image in images(3)])
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("rate", [0.0, 0.3, 0.5, 0.999])
def test_dropout_drops_its_share_and_keeps_the_mean(rate: float) -> None:
    network = build_graph_structured(NetworkConfig(**{**vars(SMALL), "dropout_rate": rate}), TRIANGLE, seed=0)
    noise = network.noise(101, torch.Generator().manual_seed(0))
    assert noise.shape == (3, 101, 6, 64) and set(noise.unique().tolist()) <= {0.0, torch.tensor(1 - rate).reciprocal().item()}
    for entries in (noise.flatten(), *noise.flatten().unflatten(0, (-1, 4)).unbind(1)):
        kept = (entries > 0).float().mean().item()
        assert abs(kept - (1 - rate)) <= 5 * math.sqrt(rate * (1 - rate) / len(entries)) + 2**-16


def test_dropout_differs_between_layers_samples_and_batches() -> None:
    network, generator = build_graph_structured(SMALL, TRIANGLE, seed=0), torch.Generator().manual_seed(0)
    first, second = network.noise(2, generator), network.noise(2, generator)
    for other in (second, *(first.roll(1, axis) for axis in range(4))):
        assert 0.3 < (first != other).float().mean() < 0.5


def test_the_state_dict_holds_parameters_only() -> None:
    network = build_graph_structured(SMALL, TRIANGLE, seed=0)
    assert set(network.state_dict()) == {name for name, _ in network.named_parameters()}


def logits_and_gradients(network: GraphStructured, batch: torch.Tensor) -> list[torch.Tensor]:
    with seeded(5):
        logits = network(batch)
    torch.nn.functional.softplus(logits).mean().backward()
    return [logits.detach(), *(parameter.grad for parameter in network.parameters())]


def assert_backends_agree(structure: GraphStructure, config: NetworkConfig, training: bool) -> None:
    batch = images(3, config)
    networks = [build_graph_structured(config, structure, 1, backend=backend).train(training) for backend in ("torch", "dgl")]
    networks[1].load_state_dict(networks[0].state_dict())
    for ours, reference in zip(*(logits_and_gradients(network, batch) for network in networks), strict=True):
        torch.testing.assert_close(ours, reference, atol=1e-5, rtol=1e-5)


@needs_dgl
@settings(max_examples=25, deadline=None)
@given(structures(), st.sampled_from([(False, 0.3), (True, 0.0), (True, 0.3)]))
def test_equals_dgl_on_any_graph(structure: GraphStructure, mode: tuple[bool, float]) -> None:
    """Evaluating, training without dropout, and training with the same dropout masks."""
    training, rate = mode
    assert_backends_agree(structure, NetworkConfig(**{**vars(SMALL), "dropout_rate": rate}), training)


@needs_dgl
@needs_archive
def test_equals_dgl_on_archived_graphs_at_full_size() -> None:
    for structure in archived(every=8):
        assert_backends_agree(structure, NetworkConfig(conv_depth=1, vit_depth=1), training=True)


@needs_archive
def test_archived_graphs_fill_their_counter() -> None:
    for structure in archived(every=1):
        assert structure.n_nodes + structure.n_edges == structure.n_elements


@pytest.mark.parametrize(
    ("nodes", "edges", "n_elements", "message"),
    [
        ([], [], 0, "no node"),
        ([0, 1], [[2, 0, 1, 0]], 2, "ids from 0 to 2"),
        ([0, 1], [[2, 0, 1, 0], [2, 1, 0, 0]], 3, "id 2 more than once"),
        ([0, 1], [[2, 0, 1, 0], [3, 1, 0, 0]], 4, "two edges at the same port"),
        ([0, 1], [[2, 0, 0, 0]], 3, "not two different nodes"),
        ([0, 1], [[2, 0, 3, 0]], 4, "not two different nodes"),
        ([0, 1], [[2, 0, 1, -1]], 3, "port -1"),
    ],
)
def test_a_graph_that_is_none_is_refused(nodes: list, edges: list, n_elements: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        GraphStructure(np.array(nodes), np.array(edges), n_elements)


def test_more_elements_than_the_vector_has_entries_are_refused() -> None:
    with pytest.raises(InputError, match="65 elements.*at most graph_dim = 64"):
        GraphStructured(SMALL, GraphStructure(np.arange(65), np.empty((0, 4)), 65))
    GraphStructured(SMALL, GraphStructure(np.arange(64), np.empty((0, 4)), 64))


def test_a_port_beyond_max_conn_is_refused() -> None:
    with pytest.raises(InputError, match="port 10"):
        GraphStructured(SMALL, GraphStructure(np.array([0, 1]), np.array([[2, 0, 1, 10]]), 3))


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(InputError, match="'torch' or 'dgl'"):
        GraphStructured(SMALL, TRIANGLE, backend="jax")


def test_without_dgl_only_its_backend_fails_and_says_what_to_install() -> None:
    script = f"""
import sys
sys.modules["dgl"] = None  # as if it were not installed
from pyssnn.networks import *
import numpy as np
structure = GraphStructure(np.array([0, 1]), np.array([[2, 0, 1, 0]]), 3)
GraphStructured(NetworkConfig(), structure)
assert not {{"pyssnn.raven", "pyssnn.synthesis"}} & set(sys.modules)
GraphStructured(NetworkConfig(), structure, backend="dgl")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2])
    assert "InputError" in done.stderr and "up to Python 3.11" in done.stderr and "pip install" in done.stderr
