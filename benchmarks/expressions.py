"""Expressions a second with their gradients; and the time to an exact form beside gplearn and pyoperon.

    python benchmarks/expressions.py                      # both
    python benchmarks/expressions.py --speed              # the first alone: synth/bench/expression.ml
    python benchmarks/expressions.py --forms --latents identity --seconds 10 --seeds 5

One core, one run, CPU seconds. Each task is a latent z = h(f) with h monotone. `interpret` is the whole of `pyssnn.interpretation.interpret`,
from a module's gradients to its answer; `search` is the core's enumeration alone, up to the first exact form. The
peers regress on the values of z itself, which is what they are made for, with the same operations. Exact means: of the
answers on the method's front, one has the level sets of f (all 2 x 2 minors of the gradients vanish at new points, to 1e-9). The
peers have to write h as well; `h = identity` is the kind case for them. gplearn and pyoperon come with the extra `benchmark`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import sympy

REPOSITORY = Path(__file__).resolve().parents[1]
BENCH = REPOSITORY / "_build" / "default" / "synth" / "bench" / "expression.exe"

TASKS = {
    "x0**2 + 3*x0*x1 + 2*x1**2": 2,
    "x0**2 + sin(x1 + x2)": 3,
    "x0*exp(-(x1**2 + x2**2)/2)": 3,
}
MONOTONE: dict[str, tuple[Callable, Callable]] = {
    "identity": (lambda f: f, np.ones_like),
    "tanh(f/3)": (lambda f: np.tanh(f / 3), lambda f: (1 - np.tanh(f / 3) ** 2) / 3),
}


def functions(truth: str, d: int) -> tuple[Callable, Callable]:
    """f and its gradient, of points (n, d)."""
    symbols = sympy.symbols([f"x{i}" for i in range(d)])
    expression = sympy.sympify(truth)
    value = sympy.lambdify(symbols, expression, "numpy")
    parts = [sympy.lambdify(symbols, expression.diff(s), "numpy") for s in symbols]

    def gradient(x: np.ndarray) -> np.ndarray:
        return np.stack([np.broadcast_to(part(*x.T), len(x)) for part in parts], axis=1).astype(float)

    return lambda x: value(*x.T), gradient


def exact(candidate: str, truth: str, d: int) -> bool:
    fresh = np.random.default_rng(77).uniform(0.4, 1.9, (50, d))
    try:
        a, b = functions(candidate, d)[1](fresh), functions(truth, d)[1](fresh)
    except Exception:  # a form that sympy cannot read, or numpy not value, is not exact
        return False
    with np.errstate(all="ignore"):
        cosines = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return bool(np.all(1 - np.abs(cosines) < 1e-9))


def by_interpret(x: np.ndarray, z: np.ndarray, g: np.ndarray, seed: int, seconds: float) -> list[str]:
    import torch

    from pyssnn.interpretation import interpret

    class Latent(torch.autograd.Function):
        """Of these points the values z and the gradients g, as a network has them."""

        @staticmethod
        def forward(context, points):
            order = [int(np.flatnonzero((x == point).all(axis=1))[0]) for point in points.detach().numpy()]
            context.gradients = torch.as_tensor(g[order])
            return torch.as_tensor(z[order])

        @staticmethod
        def backward(context, above):
            return above[:, None] * context.gradients

    class Module(torch.nn.Module):
        def forward(self, points):
            return Latent.apply(points)

    found = interpret(Module(), x, names=[f"x{i}" for i in range(x.shape[1])])
    return [str(candidate.form) for candidate in (found.best, *found.rivals)]


def by_search(x: np.ndarray, z: np.ndarray, g: np.ndarray, seed: int, seconds: float) -> list[str]:
    from pyssnn.synthesis import search_expressions

    return [e.python for e in search_expressions(x, g, max_programs=8_000_000, exploration_timeout=10 * seconds, enough=1e-13).front]


def by_gplearn(x: np.ndarray, z: np.ndarray, g: np.ndarray, seed: int, seconds: float) -> list[str]:
    from gplearn.functions import make_function
    from gplearn.genetic import SymbolicRegressor

    def bounded(values: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            return np.exp(np.minimum(values, 50))

    exponential = make_function(function=bounded, name="exp", arity=1)
    model = SymbolicRegressor(
        population_size=1000, generations=1, warm_start=True, parsimony_coefficient=0.001, const_range=(-3.0, 3.0),
        function_set=("add", "sub", "mul", "div", "neg", "sqrt", "log", "sin", "cos", exponential), random_state=seed,
    )  # fmt: skip
    end = time.process_time() + seconds
    while time.process_time() < end:
        model.fit(x, z)
        if model._program.raw_fitness_ < 1e-9:
            break
        model.set_params(generations=model.generations + 1)
    names = {"add": "({0}+{1})", "sub": "({0}-{1})", "mul": "({0}*{1})", "div": "({0}/{1})", "neg": "(-{0})"}
    stack: list[str] = []
    for node in reversed(model._program.program):  # prefix order, read from its end
        if isinstance(node, int):
            stack.append(f"x{node}")
        elif isinstance(node, float):
            stack.append(repr(node))
        else:
            arguments = [stack.pop() for _ in range(node.arity)]
            stack.append(names.get(node.name, node.name + "({0})").format(*arguments))
    return stack


def by_pyoperon(x: np.ndarray, z: np.ndarray, g: np.ndarray, seed: int, seconds: float) -> list[str]:
    from pyoperon.sklearn import SymbolicRegressor

    # Its time is the wall's: where the processor is shared it begins again until it has had its seconds.
    end, texts = time.process_time() + seconds, []
    while (left := end - time.process_time()) > 0:
        model = SymbolicRegressor(
            allowed_symbols="add,sub,mul,div,constant,variable,square,sqrt,exp,log,sin,cos", objectives=["r2", "length"],
            optimizer_iterations=3, epsilon=1e-9, max_length=25, generations=10**6, max_evaluations=10**8, max_time=max(1, round(left)),
            n_threads=1, random_state=seed + 1000 * len(texts),
        )  # fmt: skip
        clock = time.perf_counter()
        texts += front_of(model.fit(x, z), x.shape[1])
        if time.perf_counter() - clock < 0.9 * round(left):
            break  # it has an error below epsilon
    return texts


def front_of(model, d: int) -> list[str]:
    variables = {f"X{i + 1}": f"x{i}" for i in range(d)}
    texts = []
    for solution in model.pareto_front_:
        text = model.get_model_string(solution["tree"], 17)
        for theirs, ours in variables.items():
            text = text.replace(theirs, ours)
        texts.append(text.replace("^", "**"))
    return texts


METHODS = {"interpret": by_interpret, "search": by_search, "gplearn": by_gplearn, "pyoperon": by_pyoperon}


def cpu_seconds() -> float:
    """Of this process and its children that run, the search's own process among them. Linux only."""
    ticks = 0
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            ticks += sum(map(int, Path("/proc", child, "stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def compare(seconds: float, seeds: int, methods: list[str], latents: list[str]) -> None:
    print(f"{'task':30} {'latent':10} {'method':10} {'exact':>6} {'CPU s':>8} {'wall s':>8}")
    for truth, d in TASKS.items():
        value, gradient = functions(truth, d)
        for name, (h, slope) in ((latent, MONOTONE[latent]) for latent in latents):
            for method in methods:
                hits, cpu, wall = 0, [], []
                for seed in range(seeds):
                    x = np.random.default_rng(seed).uniform(0.3, 2.0, (128, d))
                    f = value(x)
                    begun, clock = cpu_seconds(), time.perf_counter()
                    answers = METHODS[method](x, h(f), gradient(x) * slope(f)[:, None], seed, seconds)
                    cpu.append(cpu_seconds() - begun)
                    wall.append(time.perf_counter() - clock)
                    hits += any(exact(answer, truth, d) for answer in answers)
                print(f"{truth:30} {name:10} {method:10} {hits:>3}/{seeds} {statistics.median(cpu):8.2f} {statistics.median(wall):8.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speed", action="store_true", help="expressions a second only")
    parser.add_argument("--forms", action="store_true", help="the comparison only")
    parser.add_argument("--programs", type=int, default=2_000_000)
    parser.add_argument("--seconds", type=float, default=30, help="what each method may take")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--latents", nargs="*", default=list(MONOTONE), choices=list(MONOTONE))
    arguments = parser.parse_args()
    if not arguments.forms:
        subprocess.run([BENCH, str(arguments.programs), "8", "16"], check=True)
    if not arguments.speed:
        warnings.simplefilter("ignore")
        compare(arguments.seconds, arguments.seeds, arguments.methods, arguments.latents)


if __name__ == "__main__":
    main()
