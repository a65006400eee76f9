"""Networks whose structure is found by program synthesis: train, keep the better half, compress it, search on with what it taught.

The loop of the paper's G-SSNN experiment. Everything it does is a step of the run, and the population is read off the steps'
results alone, so that a killed run goes on where it stopped (see `pyssnn.runs`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

from pyssnn.errors import InputError
from pyssnn.evolution.compressing import chance, compress_population, evidence_weights
from pyssnn.evolution.config import ExperimentConfig
from pyssnn.evolution.progress import Progress, Silent, searching
from pyssnn.evolution.cross_validation import train_ranked
from pyssnn.evolution.racing import race
from pyssnn.evolution.state import REPRESENTATIONS, Population, dsl_file, keep_checkpoints, settle, stem
from pyssnn.evolution.training import NetworkJob, Part
from pyssnn.evolution.training_steps import check_weights, training_log
from pyssnn.jobs import Workers
from pyssnn.networks import GraphStructure
from pyssnn.runs import Run, atomic_write_bytes, seed_for
from pyssnn.synthesis import Representation, explore


class SymbolicallySynthesizedNetworks:
    """A population of networks with a program each, evolved in a run folder.

    Args:
        run: where everything is recorded.
        config: the experiment.
        parts: the puzzles: "train", "eval", and "validation" if members are ranked by it.
        workers: where networks are trained.
        dsl: the text of the DSL to start from.
        progress: what is told about it.

    Attributes:
        population: the state that the steps taken so far have led to.
        trained: the training records of the newest iteration, by member.
    """

    def __init__(
        self,
        run: Run,
        config: ExperimentConfig,
        parts: Mapping[str, Part],
        workers: Workers,
        *,
        dsl: bytes,
        progress: Progress | None = None,
    ) -> None:
        self.run, self.config, self.parts, self.workers = run, config, parts, workers
        self.progress = progress or Silent()
        self.population = Population()
        self.trained: dict[str, dict] = {}
        if not dsl_file(run, 0).exists():
            atomic_write_bytes(dsl_file(run, 0), dsl)

    def evolve(self) -> Population:
        """Take all steps that are left and return the population at the end.

        Raises:
            InputError: the search finds no program at all within its budget, or a file that the run has recorded is missing.
        """
        while self.iteration < self.config.iterations:
            initial = {} if self.population.members else self._begin()
            self.trained = self._train()
            self._select()
            entry = {
                "network": asdict(self.config.network),
                "nn_training": self._nn_training(),
                "compression": self._compress("compress", trained=True),
                "exploration": self._explore("explore"),
                "kept": self.population.kept,
                "population": self.population.members,
                **initial,
            }
            self.population.log.append(entry)
        settle(self.run, self.population)
        keep_checkpoints(self.run)
        return self.population

    def kept(self) -> dict[str, dict]:
        """The training records of the members that the newest selection kept, best first."""
        return {member: self.trained[member] for member in self.population.kept}

    @property
    def iteration(self) -> int:
        """The number of the iteration that is under way, from 0."""
        return len(self.population.log)

    def job(self, member: str, structure: GraphStructure) -> NetworkJob:
        """How a member is trained in this iteration."""
        return NetworkJob(
            self.config.network,
            self.config.training,
            structure,
            initialisation_seed=self._seed(member, "initialisation"),
            training_seed=self._seed(member, "training"),
            backend=self.config.backend,
            device=self.config.device,
        )

    def training_step(self, member: str) -> str:
        """The name of the step that trains a member in this iteration."""
        return self._name(f"train/{stem(member)}_{self._seed(member, 'training')}")

    def _train(self) -> dict[str, dict]:
        """Train a network for each member; the results by member, in the population's order."""
        members = self.population.members
        steps = {member: self.training_step(member) for member in members}
        missing = [member for member in members if self.run.recorded(steps[member]) is None]
        if missing:
            check_weights(self.run, {member: steps[member] for member in members if member not in missing})
            settle(self.run, self.population)
        self._train_members(steps, race_on=bool(missing))
        if missing:  # else the checkpoints are those of a later iteration
            keep_checkpoints(self.run)
        return {member: self.run.recorded(step) for member, step in steps.items()}

    def _train_members(self, steps: Mapping[str, str], race_on: bool) -> None:
        what = f"iteration {self.iteration + 1}/{self.config.iterations}: training"
        around = (self.workers, self.progress)

        def job(member: str) -> NetworkJob:
            return self.job(member, self._structure(member))

        if self.config.racing.rungs and race_on:
            name = self._name("race")
            steps, job = race(self.run, self.config, what, self.parts, name, steps, job, self._rank, *around)
        train_ranked(self.run, self.config, what, self.parts, steps, job, *around)

    def _select(self) -> None:
        """Keep the best `n_preserved`."""

        def select() -> dict:
            ranking, n = self._rank(self.trained), self.config.n_preserved
            return {"ranked_by": self.config.selection_part, "kept": ranking[:n], "discarded": ranking[n:]}

        result = self._step("select", select)
        self.population.kept = result["kept"]
        self.population.members = list(result["kept"])
        self.population.discards.append(result["discarded"])

    def _rank(self, trained: Mapping[str, dict]) -> list[str]:
        """Members with their training records, best first. Failures come last, before them those that stopped early; equal accuracies
        go by mass, then by name."""

        def rank(member: str) -> tuple:
            result = trained[member]
            epochs = result.get("epochs", self.config.training.epochs)
            return result["failed"] is not None, -epochs, -result[self.config.selection_part]["perf"], self._load(member).mass, member

        return sorted(trained, key=rank)

    def _begin(self) -> dict:
        """Find the first population; the logs of what that took."""
        began = {"initial_exploration": self._explore("explore_initially")}
        return began | ({"warmup": self._warm_up()} if self.config.exploration.warmup_rounds else {})

    def _warm_up(self) -> list[dict]:
        """Compress and explore without training until the population is full, or a round finds nothing and learns nothing."""
        rounds: list[dict] = []
        for number in range(self.config.exploration.warmup_rounds):
            if len(self.population.members) >= self.config.population_size:
                break
            compression = self._compress(f"warmup_{number:03d}_compress", trained=False)
            exploration = self._explore(f"warmup_{number:03d}_explore")
            rounds.append({"compression": compression, "exploration": exploration})
            if not (compression["n_added"] or exploration["new"]):
                break
        return rounds

    def _compress(self, name: str, *, trained: bool) -> dict:
        """Learn primitives from the members, who have `trained` networks or have not yet."""

        def compress() -> dict:
            weights = self._weights() if trained and self.config.compression.weighting == "accuracy" else None
            return compress_population(self.run, self.config, self.population, weights, prune=trained)

        return self._grow(name, compress)

    def _weights(self) -> list[float]:
        part, training = self.config.selection_part, self.config.training
        by_chance = chance(self.parts.get(part, self.parts["train"]).targets, training.perf_metric)
        return evidence_weights([self.trained[member] for member in self.population.kept], part, by_chance)

    def _explore(self, name: str) -> dict:
        """Fill the population up with new programs, and take lighter programs for the graphs that it has."""

        def search() -> dict:
            number, members, config = self.population.dsl, self.population.members, self.config.exploration
            room = self.config.population_size - len(members)
            found = explore(
                dsl_file=dsl_file(self.run, number),
                next_dsl_file=dsl_file(self.run, number + 1),
                representations_dir=self.run.path(REPRESENTATIONS),
                frontier=members,
                max_novel_representations=room,
                max_programs=config.max_programs,
                exploration_timeout=config.timeout,
                program_size_limit=config.program_size_limit,
                eval_timeout=config.eval_timeout,
                attempts=config.eval_attempts,
                max_diff=config.max_diff,
                max_conn=self.config.network.max_conn,
                on_progress=searching(self.progress, f"iteration {self.iteration + 1}: search", config.max_programs),
                contextual=config.contextual,
                max_alternatives=config.max_alternatives,
            )
            after = _replace([*members, *found.new], found.replacements)
            if not after:
                raise InputError(
                    "exploration.max_programs",
                    f"{config.max_programs}, within which the search met no program that counts",
                    "a budget that reaches one",
                    "begin a new run with a larger budget",
                )
            masses = [self._load(member).mass for member in after]
            return {
                "dsl": number + 1,
                "members": after,
                "replacements": [list(pair) for pair in found.replacements],
                "alternatives": {member: list(found.alternatives[member]) for member in after if member in found.alternatives},
                "log": {
                    "new": len(found.new),
                    "replaced": len(found.replacements),
                    "n_enumerated": found.n_enumerated,
                    "max_description_length": found.max_description_length,
                    "total": len(after),
                    "n_retained": self.config.population_size,
                    "max_novel_representations": room,
                    "prev_dsl_name": dsl_file(self.run, number).stem,
                    "next_dsl_name": dsl_file(self.run, number + 1).stem,
                    "exploration_timeout": config.timeout,
                    "program_size_limit": config.program_size_limit,
                    "eval_timeout": config.eval_timeout,
                    "eval_attempts": config.eval_attempts,
                    "max_diff": config.max_diff,
                    "contextual": config.contextual,
                    "max_conn": self.config.network.max_conn,
                    "min_mass": min(masses),
                    "max_mass": max(masses),
                    "avg_mass": sum(masses) / len(masses),
                    "max_programs": config.max_programs,
                    "n_failed": found.n_failed,
                    "stopped": found.stopped,
                },
            }

        return self._grow(name, search)

    def _grow(self, name: str, compute: Callable[[], dict]) -> dict:
        """Take a step that leads to another DSL and population; its log."""
        result = self._step(name, compute)
        self.population.dsl, self.population.members = result["dsl"], result["members"]
        self.population.alternatives = result.get("alternatives", {})  # compression renames what they are written with
        self.population.unused = result.get("unused", self.population.unused)
        self.population.pruned = [*self.population.pruned, *result.get("pruned", [])]
        return result["log"]

    def _step(self, name: str, compute: Callable[[], dict]) -> dict:
        def settled() -> dict:
            settle(self.run, self.population)
            begun = time.monotonic()
            result = compute()
            told = result.get("log", {})
            self.run.event(name, iteration=self.iteration, seconds=round(time.monotonic() - begun, 3), **told)
            self.progress.message(_sentence(name, self.iteration, result))
            return result

        return self.run.step(self._name(name), settled)

    def _nn_training(self) -> list[list[dict]]:
        """The archives' `nn_training`, a list of one entry for each member."""
        kept = self.population.kept
        return [
            [{**training_log(self.config, result), "representation": member, "kept": member in kept}]
            for member, result in self.trained.items()
        ]

    def _load(self, member: str) -> Representation:
        return Representation.load(self.run.path(REPRESENTATIONS, member))

    def _structure(self, member: str) -> GraphStructure:
        representation = self._load(member)
        return GraphStructure(representation.nodes, representation.edges, representation.n_elements)

    def _seed(self, member: str, purpose: str) -> int:
        return seed_for(self.run.seed, self.iteration, stem(member), purpose)

    def _name(self, step: str) -> str:
        return f"iteration_{self.iteration:03d}/{step}"


def _replace(members: list[str], replacements: Iterable[tuple[str, str]]) -> list[str]:
    """The members, each replaced one under its new name."""
    new = dict(replacements)
    return [new.get(member, member) for member in members]


def _sentence(name: str, iteration: int, result: Mapping) -> str:
    log = result.get("log", {})
    where = "warm-up" if name.startswith("warmup") else f"iteration {iteration + 1}"
    if name == "select":
        return f"{where}: kept {len(result['kept'])}, discarded {len(result['discarded'])}"
    if name.endswith("compress"):
        return f"{where}: {log['n_added']} primitives learned, {len(result['replacements'])} programs rewritten"
    return f"{where}: {log['new']} new programs, {log['replaced']} replaced, of {log['n_enumerated']} tried; {log['total']} in all"
