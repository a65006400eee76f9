from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import strategies as st
from torch import Tensor

from pyssnn.kan import KAN, MLP, Network, set_grids


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def data(n: int, columns: int, seed: int) -> Tensor:
    return torch.randn(n, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def trembled(network: Network, seed: int) -> Network:
    """The network with all parameters, biases too, moved at random."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=random, dtype=torch.float64)
    return network


@st.composite
def networks(draw: st.DrawFn, products: bool = True) -> tuple[Network, Tensor]:
    """A network of random architecture and parameters, with grids set from the data that it comes with."""
    nodes = st.integers(1, 4)
    hidden = st.one_of(nodes, st.tuples(nodes, st.integers(0, 2))) if products else nodes
    width = [draw(nodes), *draw(st.lists(hidden, max_size=2)), draw(nodes)]
    seed = draw(st.integers(0, 10**6))
    x = data(40, width[0], seed)
    if draw(st.booleans()):
        return trembled(MLP(width, seed=seed), seed), x
    network = trembled(KAN(width, n_intervals=draw(st.integers(1, 5)), order=draw(st.integers(1, 4)), seed=seed), seed)
    set_grids(network, x, adaptive=draw(st.sampled_from([0.0, 0.5])))
    return network, x
