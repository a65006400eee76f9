"""A language model on the same tasks, as a baseline: it sees examples, writes `solve(xs)`, and is verified like everyone."""

from .baseline import Attempt, Attempts, ask, pass_at
from .chat import Chat, ChatError, Message
from .endpoint import Endpoint
from .judging import is_right
from .sandbox import Limits
from .server import serve
from .solution import Solution, SolutionFailed, code, question
from .transcripts import Transcript

__all__ = [
    "Attempt",
    "Attempts",
    "Chat",
    "ChatError",
    "Endpoint",
    "Limits",
    "Message",
    "Solution",
    "SolutionFailed",
    "Transcript",
    "ask",
    "code",
    "is_right",
    "pass_at",
    "question",
    "serve",
]
