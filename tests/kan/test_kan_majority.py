"""The tutorial: a hierarchical majority with its inputs in any order."""

from __future__ import annotations

import pytest

from pyssnn import cli
from pyssnn.kan import block_score, find_modules, measure, recover, truth_table
from pyssnn.kan.majority import fit_majority, majority_task, run_majority, shrink_majority


@pytest.mark.parametrize("seed", [1, 2])
def test_a_seed_shows_its_blocks_in_the_smallest_network(seed):
    task = majority_task(seed)
    fitted, fitting = fit_majority("kan", task, seed)
    assert measure(fitted, task.x, task.y, "bits") == 1
    network = shrink_majority(fitted, task, fitting).network
    assert (network.width, network.n_edges) == ([9, 3, 1, 1], 13)
    assert measure(network, task.x, task.y, "bits") == 1
    modules = find_modules(network, task.x)
    assert modules == task.blocks and block_score(network, task.x, modules) >= 0.95
    program = recover(truth_table(network), modules)
    assert program.agrees and all(proof.says_something for proof in program.proofs)
    assert program.text.count("maj") == 4


def test_inputs_are_shuffled_and_a_fifth_is_held_out():
    tasks = [majority_task(seed) for seed in range(3)]
    assert len({task.blocks for task in tasks}) == 3
    for task in tasks:
        assert len(task.training) == 410 and len(task.x.unique(dim=0)) == 512 and task.y.mean() == 0.5
        assert sorted(sum(task.blocks, ())) == list(range(9))


@pytest.mark.slow
def test_ten_seeds(tmp_path, capsys):
    assert cli.main(["kan", "majority9", "--results", str(tmp_path)]) == 0
    assert "10 of 10" in capsys.readouterr().out
    table = run_majority(tmp_path / "majority9")
    kan, mlp = table["kan"], table["mlp"]
    assert kan["perfect_before_and_after"] == mlp["perfect_before_and_after"] == 10
    assert kan["minimal_kan"] >= 8
    assert kan["blocks_by_clustering"] == kan["blocks_proven"] == kan["programs_right"] == 10
    assert kan["blocks_by_clustering_fitted"] == mlp["blocks_by_clustering"] == mlp["blocks_proven"] == 10
    assert kan["block_score"][0] >= 0.95 and mlp["block_score"][0] >= 0.95
    assert len(list((tmp_path / "majority9" / "figures").iterdir())) == 20
