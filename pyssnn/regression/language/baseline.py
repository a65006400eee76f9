"""How a language model does on the same tasks: the same question of examples, the same verification."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import comb

from pyssnn.checks import check_integer
from pyssnn.errors import InputError
from pyssnn.regression.task import Task

from .chat import Chat
from .sandbox import Limits
from .solution import Solution, SolutionFailed, code, question

Judge = Callable[[Solution], bool]


@dataclass(frozen=True)
class Attempt:
    """One answer.

    Attributes:
        source: its program.
        solved: whether the program passed the verification.
        problem: why it was not run to the end; empty if it was.
    """

    source: str
    solved: bool
    problem: str = ""


@dataclass(frozen=True)
class Attempts:
    """A model's answers for one task."""

    task: str
    model: str
    attempts: tuple[Attempt, ...]

    def pass_at(self, k: int) -> float:
        """The chance that one of k of the answers is right."""
        return pass_at(len(self.attempts), sum(attempt.solved for attempt in self.attempts), k)

    def record(self) -> dict:
        """As JSON holds it, with pass@1 and, of three answers or more, pass@3."""
        ks = [k for k in (1, 3) if k <= len(self.attempts)]
        return {**asdict(self), "attempts": [asdict(each) for each in self.attempts], **{f"pass@{k}": self.pass_at(k) for k in ks}}


def pass_at(n: int, right: int, k: int) -> float:
    """The chance that at least one of k answers is right, drawn without replacement from n of which `right` are.

    Chen et al., *Evaluating Large Language Models Trained on Code*, 2021, equation 1: unbiased. Raises `InputError` for k above n.
    """
    check_integer("k", k, 1)
    if not 0 <= right <= n or k > n:
        raise InputError(f"pass@{k}", f"{right} right of {n}", f"{k} answers or more, no more right than there are")
    return 1.0 - comb(n - right, k) / comb(n, k)


def ask(task: Task, chat: Chat, judge: Judge, *, seed: int, samples: int = 3, limits: Limits = Limits()) -> Attempts:
    """Ask a model for the task's program several times, and judge each answer.

    Args:
        judge: whether a solution is right; a `SolutionFailed` in it means that it is not.
        seed: of the examples.
        samples: how many answers.

    Raises:
        ChatError, InputError: the model gives no answer.
    """
    check_integer("samples", samples, 1)
    messages = question(task, seed=seed)
    return Attempts(task.name, chat.model, tuple(_attempt(chat.ask(messages, sample=i), judge, limits) for i in range(samples)))


def _attempt(answer: str, judge: Judge, limits: Limits) -> Attempt:
    source = code(answer)
    try:
        return Attempt(source, judge(Solution(source, limits)))
    except SolutionFailed as error:
        return Attempt(source, False, str(error))
