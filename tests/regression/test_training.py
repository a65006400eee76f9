"""Training: derivatives, descents, the screen, the search, and what cannot be learned."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.regression.task import Task
from pyssnn.regression.tasks import find_task
from pyssnn.regression.training import Architecture, TrainingConfig, train
from pyssnn.regression.training.adam import Schedule, fit_large
from pyssnn.regression.training.data import Source
from pyssnn.regression.training.fitting import Effort, fit
from pyssnn.regression.training.marquardt import descend, start
from pyssnn.regression.training.moves import moved
from pyssnn.regression.training.screening import affine_order, answer_is_state
from pyssnn.regression.training.search import architectures
from pyssnn.regression.training.stack import Scale, Shape, derivatives, outputs, to_network
from pyssnn.regression.training.starts import random_starts


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@st.composite
def stacks(draw: st.DrawFn) -> tuple[Shape, torch.Tensor, torch.Tensor]:
    """A shape, the parameters of a few random networks of it, and inputs (5, 3, k)."""
    depth, width = st.integers(1, 3), st.integers(1, 4)
    architecture = Architecture(draw(st.integers(1, 5)), *(n for _ in range(2) for n in (lambda d: (d, draw(width) if d > 1 else 0))(draw(depth))))
    shape = Shape(architecture, draw(st.integers(1, 2)))
    random = torch.Generator().manual_seed(draw(st.integers(0, 10**6)))
    return shape, 0.6 * torch.randn(2, shape.n_parameters, dtype=torch.float64, generator=random), torch.randn(
        5, 3, shape.components, dtype=torch.float64, generator=random)


@given(stacks())
@settings(max_examples=40, deadline=None)
def test_derivatives_carried_forward_are_those_of_backpropagation(stack):
    shape, parameters, xs = stack
    ys, found = derivatives(shape, parameters, xs)
    assert torch.allclose(ys, outputs(shape, parameters, xs))
    for one, jacobian in zip(parameters, found, strict=True):
        expected = torch.autograd.functional.jacobian(lambda p: outputs(shape, p[None], xs)[0], one)
        assert torch.allclose(jacobian, expected, atol=1e-12)


@given(stacks())
@settings(max_examples=40, deadline=None)
def test_a_network_in_the_units_of_its_task_says_the_same(stack):
    shape, parameters, xs = stack
    scale = Scale(3.0, 20.0, -1.0, 7.0)
    network = to_network(shape, parameters[0], scale)
    expected = outputs(shape, parameters[:1], xs)[0].numpy() * 7 - 1
    assert np.allclose(network(xs.numpy() * 20 + 3), expected) and not network.initial.any()


@given(stacks())
@settings(max_examples=30, deadline=None)
def test_descents_never_climb_and_moves_stay_finite(stack):
    shape, parameters, xs = stack
    random = torch.Generator().manual_seed(0)
    ys = torch.randn(5, 3, dtype=torch.float64, generator=random)
    began = start(shape, parameters, xs, ys)
    ended = descend(shape, began, xs, ys, 5)
    assert (ended.losses <= began.losses).all()
    assert torch.allclose((outputs(shape, ended.parameters, xs) - ys).square().mean((1, 2)), ended.losses)
    assert moved(shape, ended.parameters, xs, random).isfinite().all()


def test_kinks_begin_on_data():
    source = Source(find_task("Evens_Detector"), 0)
    xs, ys = source.training[np.arange(200)].scaled(source.scale)
    shape = Shape(Architecture(1, 2, 6), 1)
    starts = random_starts(shape, 20, xs, ys, torch.Generator().manual_seed(0))
    weights, biases = shape.layers(starts)[0][0]
    # A unit that looks at the input alone bends at one of its ten values.
    alone = (weights[:, 0] == 0) & (weights[:, 1] != 0)
    bends = (-biases[:, 0] / weights[:, 1])[alone] * 9
    assert alone.any() and torch.allclose(bends, bends.round(), atol=1e-9)


@pytest.mark.parametrize(("name", "order"), [("Sum_All", 1), ("Prev3", 4), ("Newton_Magnetic", 3), ("Sum_Last5", 5), ("Max_Seen", None)])
def test_the_order_of_affine_tasks_is_seen(name: str, order: int | None):
    assert affine_order(Source(find_task(name), 0).training) == order


def test_one_number_is_enough_where_the_answer_is_the_state():
    for name, enough in (("Add_Mod_5", True), ("Max_Seen", True), ("Binary_Addition", False), ("Parity_Last3", False)):
        source = Source(find_task(name), 0)
        assert answer_is_state(source.training) is enough
        assert all((shape.hidden == 1) is enough for shape in architectures(source) if shape.output_depth == 1)


def test_training_selection_and_certification_are_other_sequences():
    source = Source(find_task("Sum_All"), 5)
    drawn = [source.training.xs[:100], source.selection.xs[:100], source.certification(100).xs]
    assert not any(np.array_equal(a, b) for i, a in enumerate(drawn) for b in drawn[:i])
    assert np.array_equal(Source(find_task("Sum_All"), 5).certification(100).xs, drawn[2])


@pytest.mark.parametrize("name", ["Sum_Last2", "Newton_Spring", "Abs_Current", "Max_Seen", "Parity_All", "Add_Mod_4", "Base_3_Addition"])
def test_tasks_are_learned_exactly(name: str):
    trained = train(find_task(name), TrainingConfig(certified=2000, levels=2, fallback=False), seed=0)
    assert trained.perfect and trained.errors_of_20000 == 0 and trained.residual < 1e-5
    task, network = find_task(name), trained.network
    xs = task.sample(200, task.length, seed=99)
    assert np.array_equal(network.predict(xs), task.answers(xs)) and network.hidden_size == trained.architecture.hidden


def test_the_same_seed_gives_the_same_network():
    config = TrainingConfig(certified=100, levels=1, fallback=False)
    first, second = (train(find_task("Bit_Dot_Prod_Mod2"), config, seed=3).network for _ in range(2))
    assert all(np.array_equal(a.weights, b.weights) for a, b in zip(first.update, second.update, strict=True))


def test_what_cannot_be_learned_ends_unsolved():
    def noise(xs):
        return [hash((t, *xs[: t + 1])) % 97 for t in range(len(xs))]

    task = Task("Noise", 0, 50, 1, 4, noise)
    trained = train(task, TrainingConfig(certified=500, levels=1, fallback=False), seed=0)
    assert not trained.perfect and trained.errors_of_20000 > 400


def test_constant_answers_are_learned():
    trained = train(Task("Seven", 0, 5, 1, 4, lambda xs: [7] * len(xs)), TrainingConfig(certified=100), seed=0)
    assert trained.perfect and trained.architecture == Architecture(1)


def test_adam_learns_with_longer_and_longer_sequences():
    source = Source(find_task("Parity_All"), 0)
    schedule = Schedule(seeds=2, batch=64, steps=(600, 600))
    assert fit_large(source, Architecture(3, 2, 16), 0, schedule).errors < 100


@pytest.mark.parametrize("wrong", [{"certified": 0}, {"levels": 0}, {"levels": 4}])
def test_settings_out_of_range_are_told(wrong: dict):
    with pytest.raises(InputError):
        TrainingConfig(**wrong)


def test_an_architecture_reads_as_in_the_table():
    assert str(Architecture(2, 2, 4)) == "2 | 2×4 | 1" and str(Architecture(2, 1, 0, 2, 3)) == "2 | 1 | 2×3"
    with pytest.raises(InputError):
        Architecture(2, 2, 0)


@pytest.mark.slow
def test_division_by_seven_is_learned():
    assert train(find_task("Div_7"), seed=0).perfect


def test_a_smaller_effort_still_gives_a_network():
    fitted = fit(Source(find_task("Div_7"), 0), Architecture(2, 2, 3), 0, Effort(numbers=20_000, steps=3, rounds=1))
    assert not fitted.solved and np.isfinite(fitted.loss)
