"""The statistics: exact on small samples by going through all subsets, and intervals that hold the truth about as often as they say."""

from __future__ import annotations

import itertools
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyssnn.evolution.statistics import Networks, best_of, best_part, compare, estimate, mean, mean_interval
from pyssnn.plots import expected_best_of

accuracies = st.lists(st.floats(0, 1), min_size=1, max_size=7)
pairs = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.3, 0.4]), st.floats(0, 1)), min_size=1, max_size=6)  # with ties


def exactly(networks: Networks, weighting) -> float:
    return float(networks.statistic(weighting(len(networks)))[0])


@given(accuracies, st.data())
def test_selected_and_valued_by_the_same_number_the_best_of_k_is_the_expected_maximum(values, data):
    k = data.draw(st.integers(1, len(values)))
    assert exactly(Networks(values, values), best_of(k)) == pytest.approx(expected_best_of(values, k))


@given(pairs, st.data())
def test_the_best_of_k_is_the_mean_over_all_subsets_with_ties_broken_at_random(networks, data):
    k = data.draw(st.integers(1, len(networks)))

    def chosen(subset) -> float:
        best = max(selection for selection, _ in subset)
        return fmean(value for selection, value in subset if selection == best)

    expected = fmean(chosen(subset) for subset in itertools.combinations(networks, k))
    assert exactly(Networks(*zip(*networks)), best_of(k)) == pytest.approx(expected)


@given(pairs)
def test_the_best_of_one_and_the_best_part_of_all_are_the_mean(networks):
    sample = Networks(*zip(*networks))
    expected = pytest.approx(fmean(value for _, value in networks))
    assert exactly(sample, mean) == expected
    assert exactly(sample, best_of(1)) == expected
    assert exactly(sample, best_part(1.0)) == expected


@given(st.permutations(range(6)), st.integers(1, 6))
def test_the_best_part_is_the_mean_of_those_that_selection_puts_first(order, size):
    values = [0.3, 0.9, 0.1, 0.5, 0.7, 0.2]
    kept = sorted(range(6), key=lambda i: -order[i])[:size]
    assert exactly(Networks(order, values), best_part(size / 6)) == pytest.approx(fmean(values[i] for i in kept))


@given(pairs, st.integers(0, 9))
def test_a_resample_counts_as_the_networks_that_it_holds(networks, seed):
    sample = Networks(*zip(*networks))
    drawn = sample.resample(np.random.default_rng(seed), 1)
    held = [network for network, times in zip(sorted(networks, key=lambda each: each[0]), drawn[0]) for _ in range(times)]
    for weighting in (mean, best_of(len(networks)), best_part(0.5)):
        found = sample.statistic(weighting(len(networks)), drawn)[0]
        assert found == pytest.approx(exactly(Networks(*zip(*held)), weighting))


def test_the_same_seed_gives_the_same_interval_and_another_another():
    networks = Networks(np.linspace(0.5, 0.9, 20), np.linspace(0.6, 0.7, 20))
    first, again, other = (estimate(networks, best_of(3), seed=seed, resamples=200) for seed in (1, 1, 2))
    assert first == again != other
    assert first.low < first.value < first.high


def test_a_difference_is_that_of_its_parts_and_vanishes_between_equals():
    one, two = Networks([1, 2, 3, 4], [0.6, 0.7, 0.65, 0.8]), Networks([1, 2, 3], [0.5, 0.55, 0.6])
    found = compare(one, two, best_of(2), seed=0, resamples=500)
    assert found.difference.value == pytest.approx(found.population.value - found.baseline.value)
    alike = compare(one, one, mean, seed=0, resamples=500).difference
    assert alike.value == 0 and alike.low < 0 < alike.high


@pytest.mark.parametrize("statistic", ["mean", "best of 5", "best half"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(statistic):
    """Simulated networks whose value follows their selection accuracy with noise, 50 in each experiment."""
    weighting = {"mean": mean, "best of 5": best_of(5), "best half": best_part(0.5)}[statistic]
    random = np.random.default_rng(7)

    def draw(n: int) -> Networks:
        selection = random.normal(0.8, 0.05, n)
        return Networks(selection, 0.65 + 0.3 * (selection - 0.8) + random.normal(0, 0.02, n))

    truth = fmean(exactly(draw(1000), weighting) for _ in range(300))
    found = [estimate(draw(50), weighting, seed=i, resamples=400) for i in range(400)]
    covered = fmean(each.low <= truth <= each.high for each in found)
    assert 0.90 <= covered <= 0.98


def test_student_s_intervals_of_three_values_hold_the_truth_about_as_often_as_they_say():
    random = np.random.default_rng(3)
    found = [mean_interval(random.normal(0.6, 0.03, 3)) for _ in range(1000)]
    assert 0.93 <= fmean(each.low <= 0.6 <= each.high for each in found) <= 0.97


def test_one_value_is_its_own_interval():
    assert (one := mean_interval([0.5])).low == one.value == one.high == 0.5


@pytest.mark.parametrize(
    "call",
    [
        lambda: Networks([], []),
        lambda: Networks([0.1], [0.1, 0.2]),
        lambda: Networks([0.1], [float("nan")]),
        lambda: estimate(Networks([0.1], [0.1]), best_of(2), seed=0),
        lambda: estimate(Networks([0.1], [0.1]), best_part(0.0), seed=0),
        lambda: mean_interval([]),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError):
        call()
