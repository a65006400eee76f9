"""Exact networks of ReLUs for given behaviours."""

from __future__ import annotations

import numpy as np

from pyssnn.regression.behaviour.machines import Mealy
from pyssnn.regression.network import Affine, RecurrentNetwork


def network_of_machine(machine: Mealy) -> RecurrentNetwork:
    """The network whose hidden state has a 1 at the machine's state, and last what was given out; inputs are 0 … A − 1, one component.

    A first layer makes hats 1 − |x − a| around each symbol a, a second the conjunctions of a state and a symbol.
    """
    n, a = machine.step.shape
    d = n + 1
    first, biases = np.zeros((d + 1, n + 3 * a)), np.zeros(n + 3 * a)
    first[:n, :n] = np.eye(n)
    first[d, n:] = 1
    biases[n:] = np.concatenate([[1 - i, -i, -1 - i] for i in range(a)])
    second = np.zeros((n + 3 * a, n * a))
    third = np.zeros((n * a, d))
    for q in range(n):
        for i in range(a):
            second[q, q * a + i] = 1
            second[n + 3 * i : n + 3 * i + 3, q * a + i] = (1, -2, 1)
            third[q * a + i, machine.step[q, i]] = 1
            third[q * a + i, n] = machine.output[q, i]
    update = (Affine(first, biases), Affine(second, -np.ones(n * a)), Affine(third, np.zeros(d)))
    return RecurrentNetwork(update, (Affine(np.eye(d)[:, -1:], np.zeros(1)),), np.eye(d)[0])


def linear_network(matrix: np.ndarray, inputs: np.ndarray, offset: np.ndarray, output: np.ndarray) -> RecurrentNetwork:
    """h ← h A + x B + c; y = h C."""
    return RecurrentNetwork((Affine(np.concatenate([matrix, inputs]), offset),), (Affine(output[:, None], np.zeros(1)),), np.zeros(len(matrix)))


def random_machine(generator: np.random.Generator, n_states: int, n_symbols: int) -> Mealy:
    """A minimal machine of at most so many states, that gives out 0, 1 or 2."""
    step = generator.integers(0, n_states, (n_states, n_symbols))
    return Mealy(np.arange(n_symbols)[:, None], step, generator.integers(0, 3, (n_states, n_symbols))).minimised()


def disguised(network: RecurrentNetwork, generator: np.random.Generator) -> RecurrentNetwork:
    """The same function in random coordinates."""
    d = network.hidden_size
    return network.changed(np.linalg.qr(generator.normal(size=(d, d)))[0] * generator.uniform(0.5, 2, d), generator.normal(size=d))
