"""Answers on record: a file of JSON lines, so that what a model said once can be read again without it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pyssnn.errors import InputError
from pyssnn.files import atomic_write_text

from .chat import Chat, Message

_Question = tuple[tuple[tuple[str, str], ...], int]


class Transcript:
    """A language model whose answers are those in a file; what the file lacks is asked of `chat`, and added to it.

    Each line is an object with `model`, `messages` (each with `role` and `content`), `sample` and `answer`.

    Args:
        path: the file; it may be absent if there is a `chat`.
        chat: who answers what is not on record; nobody if None.

    Raises:
        InputError: the file is absent and there is no `chat`, or it is not a transcript, or one of another model.
    """

    def __init__(self, path: Path, chat: Chat | None = None) -> None:
        self._path, self._chat = Path(path), chat
        self._lines: list[str] = []
        self._answers: dict[_Question, str] = {}
        models = {chat.model} if chat is not None else set()
        if chat is None or self._path.exists():
            models |= self._read()
        if len(models) > 1:
            raise InputError(self._path, f"answers of {', '.join(sorted(models))}", "those of one model")
        self.model = next(iter(models), "")

    def ask(self, messages: Sequence[Message], *, sample: int = 0) -> str:
        """The answer on record, or a new one that is recorded (`Chat.ask`).

        Raises:
            InputError: it is not on record, and there is nobody to ask.
        """
        question = _question([(each.role, each.content) for each in messages], sample)
        if question not in self._answers:
            if self._chat is None:
                raise InputError(self._path, f"no answer {sample} to {messages[-1].content[:60]!r}", "one on record", "ask a model for it")
            self._add(messages, sample, self._chat.ask(messages, sample=sample))
        return self._answers[question]

    def _add(self, messages: Sequence[Message], sample: int, answer: str) -> None:
        said = [{"role": each.role, "content": each.content} for each in messages]
        self._lines.append(json.dumps({"model": self.model, "messages": said, "sample": sample, "answer": answer}))
        atomic_write_text(self._path, "\n".join(self._lines) + "\n")
        self._answers[_question([(each.role, each.content) for each in messages], sample)] = answer

    def _read(self) -> set[str]:
        try:
            self._lines = [line for line in self._path.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(self._path, getattr(error, "strerror", None) or error, "a transcript") from None
        models = set()
        for number, line in enumerate(self._lines, 1):
            try:
                entry = json.loads(line)
                said = [(message["role"], message["content"]) for message in entry["messages"]]
                question, answer, model = _question(said, entry["sample"]), entry["answer"], entry["model"]
                if not (isinstance(answer, str) and isinstance(model, str)):
                    raise TypeError
                self._answers[question] = answer
            except (ValueError, KeyError, TypeError):
                raise InputError(f"{self._path}, line {number}", line[:60], "an object of model, messages, sample and answer") from None
            models.add(model)
        return models


def _question(said: Sequence[tuple[str, str]], sample: int) -> _Question:
    return tuple(said), int(sample)
