"""What a language model is to this project: something that answers messages. No provider is named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatError(RuntimeError):
    """A language model gave no answer: it cannot be reached, is overloaded, or said something that is no answer."""


class Chat(Protocol):
    """A language model.

    Attributes:
        model: its name.
    """

    model: str

    def ask(self, messages: Sequence[Message], *, sample: int = 0) -> str:
        """The text of an answer.

        Args:
            sample: which of several answers to the same messages this is. A model answers each anew; a transcript has each on record.

        Raises:
            ChatError: there is no answer.
        """
        ...
