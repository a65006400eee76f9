"""Orbits of points in one or two dimensions, propagated many at a time, with the drift of their energy checked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

DRIFT = 1e-6  # of the energy, relative to its spread over the orbits

Function = Callable[[np.ndarray], np.ndarray]


def propagate(acceleration: Function, potential: Function, position: np.ndarray, velocity: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The orbits of n points of mass 1 at the given times, by the method DOP853 (Hairer, Nørsett and Wanner, II.10).

    Args:
        acceleration: of positions (n, k), as (n, k).
        potential: energy of positions (n, k), as (n,).
        position, velocity: (n, k) at time 0.
        times: (m,), increasing, not negative.

    Returns:
        (n, m, 2k): positions, then velocities.

    Raises:
        ArithmeticError: the integration failed, or an energy drifted by more than `DRIFT` of the energies' spread.
    """
    from scipy.integrate import solve_ivp

    n, k = position.shape

    def derivative(_: float, state: np.ndarray) -> np.ndarray:
        x, v = state.reshape(2, n, k)
        return np.concatenate([v.ravel(), acceleration(x).ravel()])

    start = np.concatenate([position.ravel(), velocity.ravel()])
    solved = solve_ivp(derivative, (0.0, float(times[-1])), start, method="DOP853", t_eval=times, rtol=1e-11, atol=1e-12)
    if not solved.success:
        raise ArithmeticError(f"the orbits could not be propagated: {solved.message}")
    orbits = solved.y.reshape(2, n, k, len(times)).transpose(1, 3, 0, 2).reshape(n, len(times), 2 * k)

    def energy(states: np.ndarray) -> np.ndarray:
        return potential(states[..., :k]) + 0.5 * np.sum(states[..., k:] ** 2, axis=-1)

    initial = energy(np.concatenate([position, velocity], axis=1))
    drift = np.max(np.abs(energy(orbits) - initial[:, None])) / max(float(np.std(initial)), 1e-3)
    if drift > DRIFT:
        raise ArithmeticError(f"the energy of an orbit drifted by {drift:.1e} of the energies' spread; at most {DRIFT:.0e} is allowed")
    return orbits
