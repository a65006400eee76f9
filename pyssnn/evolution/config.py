"""Everything that determines an experiment's result, apart from the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from pyssnn.checks import check_choice, check_flag, check_integer, check_number
from pyssnn.errors import InputError
from pyssnn.networks import NetworkConfig, TrainingConfig

SELECTIONS = ("training", "validation", "cross-validation")
BACKENDS = ("torch", "dgl")
WEIGHTINGS = ("equal", "accuracy")


@dataclass(frozen=True)
class CompressionConfig:
    """How stitch looks for new primitives, and when they are given up.

    Attributes:
        iterations: new primitives at a time, at most.
        max_arity: their arguments, at most.
        weighting: what the programs count for: all the "equal", or each by the "accuracy" of its network above chance.
        prune_after: iterations without a use after which a primitive learned is dropped; 0 for never.
    """

    iterations: int = 3
    max_arity: int = 2
    weighting: str = "equal"
    prune_after: int = 0

    def __post_init__(self) -> None:
        for name in ("iterations", "max_arity", "prune_after"):
            check_integer(f"compression.{name}", getattr(self, name), 0)
        check_choice("compression.weighting", self.weighting, WEIGHTINGS)


@dataclass(frozen=True)
class ExplorationConfig:
    """How far the search goes. `max_programs` is the budget; `timeout` (seconds) is a safety stop that is recorded if it fires.

    With `contextual` the search's weights depend on where a primitive stands. `warmup_rounds` is how often, at most, the first
    population is compressed and explored again, without training, until it is full. `max_alternatives` is how many other
    programs of its graph compression may choose from for each member.
    """

    max_programs: int = 1_500_000
    timeout: float = 600.0
    program_size_limit: int = 150
    eval_timeout: float = 0.1
    eval_attempts: int = 1
    max_diff: float = 0.5
    contextual: bool = False
    warmup_rounds: int = 0
    max_alternatives: int = 0

    def __post_init__(self) -> None:
        for name in ("max_programs", "program_size_limit", "eval_attempts"):
            check_integer(f"exploration.{name}", getattr(self, name), 1)
        for name in ("warmup_rounds", "max_alternatives"):
            check_integer(f"exploration.{name}", getattr(self, name), 0)
        check_number("exploration.timeout", self.timeout, above=0)
        check_number("exploration.eval_timeout", self.eval_timeout, above=0)
        check_number("exploration.max_diff", self.max_diff, least=0)
        check_flag("exploration.contextual", self.contextual)


@dataclass(frozen=True)
class RacingConfig:
    """Successive halving of a population while it is trained.

    Attributes:
        rungs: epochs after which the worse half of those still trained stops; ranked below all that go on. None for no racing.
    """

    rungs: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.rungs, tuple):
            raise InputError("racing.rungs", repr(self.rungs), "a tuple of epochs")
        for rung in self.rungs:
            check_integer("racing.rungs", rung, 1)
        if list(self.rungs) != sorted(set(self.rungs)):
            raise InputError("racing.rungs", list(self.rungs), "epochs in ascending order")


_KINDS = {
    "target": str,
    "device": str,
    "network": NetworkConfig,
    "training": TrainingConfig,
    "compression": CompressionConfig,
    "exploration": ExplorationConfig,
    "racing": RacingConfig,
}


@dataclass(frozen=True)
class ExperimentConfig:
    """One experiment. The defaults are the paper's.

    Attributes:
        seed: the seed of every random decision.
        target: the name of what is predicted about a puzzle, one of `pyssnn.raven.TARGETS`.
        iterations: how often the population is trained, halved and refilled.
        population_size: members after refilling; fewer if the search finds no more within its budget.
        n_preserved: members kept in each iteration.
        n_baseline: networks without a graph trained beside the population.
        n_train, n_evaluation, n_test: items in each part of the split, an item being a puzzle, or one of its two pictures for a
            target that needs alternatives. Selection never sees the last two.
        n_validation: further items that nothing is trained on, for the selection "validation".
        selection: what members are ranked by: accuracy on the "training" puzzles (the paper), on the "validation" puzzles, or by
            "cross-validation": the mean accuracy of `folds` networks, each trained without one part of the training puzzles and
            measured on that part. The member's other numbers and its weights are then those of a further network, trained on all
            training puzzles.
        folds: of the selection "cross-validation".
        network, training, compression, exploration, racing: the parts' own settings.
        backend: of `GraphStructured`, "torch" or "dgl".
        device: where networks are trained.
        torch_threads: threads of one training. Sums depend on it in the last bits, so it belongs to the configuration.
        stack: how many networks are trained as one model, which is seen in the last bits, too. "auto" is what suits the device; a run
            is begun with the number that it comes to.

    Raises:
        InputError: for a value outside its range.
    """

    seed: int = 0
    target: str = "constant_color"
    iterations: int = 5
    population_size: int = 50
    n_preserved: int = 25
    n_baseline: int = 50
    n_train: int = 128
    n_evaluation: int = 1200
    n_test: int = 1200
    n_validation: int = 0
    selection: str = "training"
    folds: int = 4
    network: NetworkConfig = field(default_factory=NetworkConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    compression: CompressionConfig = field(default_factory=CompressionConfig)
    exploration: ExplorationConfig = field(default_factory=ExplorationConfig)
    racing: RacingConfig = field(default_factory=RacingConfig)
    backend: str = "torch"
    device: str = "cpu"
    torch_threads: int = 1
    stack: int | str = 1

    def __post_init__(self) -> None:
        at_least = {"iterations": 1, "n_preserved": 1, "n_baseline": 1, "n_train": 1, "n_evaluation": 1, "n_test": 1}
        for name, least in {**at_least, "n_validation": 0, "seed": 0, "torch_threads": 1, "folds": 2}.items():
            check_integer(name, getattr(self, name), least)
        check_integer("population_size", self.population_size, 1)
        if self.population_size <= self.n_preserved:
            raise InputError("population_size", self.population_size, f"more than n_preserved, {self.n_preserved}")
        for name, known in (("selection", SELECTIONS), ("backend", BACKENDS)):
            check_choice(name, getattr(self, name), known)
        for name, kind in _KINDS.items():
            if not isinstance(getattr(self, name), kind):
                raise InputError(name, repr(getattr(self, name)), f"a {kind.__name__}")
        if self.selection == "validation" and self.n_validation == 0:
            raise InputError("n_validation", 0, 'at least 1 for the selection "validation"')
        if self.selection == "cross-validation" and self.n_train < 2 * self.folds:
            raise InputError("n_train", self.n_train, f"at least 2 for each of the {self.folds} folds")
        if self.stack != "auto":
            check_integer("stack", self.stack, 1)
        if self.racing.rungs and self.selection == "cross-validation":
            raise InputError("racing.rungs", list(self.racing.rungs), 'none with the selection "cross-validation"')
        if any(rung >= self.training.epochs for rung in self.racing.rungs):
            raise InputError("racing.rungs", list(self.racing.rungs), f"epochs before the last, {self.training.epochs}")

    @property
    def selection_part(self) -> str:
        """The key of a training record that members are ranked by: "train", "validation" or "cross-validation"."""
        return "train" if self.selection == "training" else self.selection

    def to_json(self) -> dict:
        """The configuration for a run's description; the seed stands there on its own."""
        described = asdict(self)
        del described["seed"]
        return described
