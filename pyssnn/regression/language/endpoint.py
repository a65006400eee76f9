"""A language model behind an endpoint that speaks the chat completions protocol, with the standard library alone."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from pyssnn.checks import check_integer, check_number
from pyssnn.errors import InputError

from .chat import ChatError, Message

URL, KEY, MODEL = "PYSSNN_CHAT_URL", "PYSSNN_CHAT_KEY", "PYSSNN_CHAT_MODEL"
_REFUSED = {400, 401, 403, 404, 405, 422}  # what asking again does not mend
_MOST = 8 << 20  # bytes of an answer


@dataclass(frozen=True)
class Endpoint:
    """A model at `url` + "/chat/completions".

    Attributes:
        url: such as http://127.0.0.1:8000/v1, without the last part.
        model: its name there.
        key: sent as a bearer token; never told in an error. Empty for none.
        temperature: None leaves it to the server.
        timeout: seconds for an answer.
        tries: how often a question is asked whose answer does not come; the pause between doubles, from one second.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    temperature: float | None = None
    timeout: float = 120.0
    tries: int = 3
    pause: float = 1.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(URL, repr(self.url), "an http or https address such as http://127.0.0.1:8000/v1")
        if not self.model:
            raise InputError(MODEL, "nothing", "the name of a model at that address")
        if not self.key.isascii() or not self.key.isprintable():
            raise InputError(KEY, "characters that no key has", "a key in one line")
        check_number("timeout", self.timeout, above=0)
        check_number("pause", self.pause, least=0)
        check_integer("tries", self.tries, 1)
        if self.temperature is not None:
            check_number("temperature", self.temperature, least=0)

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> Endpoint:
        """The endpoint that PYSSNN_CHAT_URL, PYSSNN_CHAT_MODEL and PYSSNN_CHAT_KEY (if it needs one) name.

        Raises:
            InputError: one is missing or makes no sense.
        """
        for name in (URL, MODEL):
            if not environment.get(name):
                raise InputError(name, "nothing", "an address and a model in the environment", f"set {URL}, {MODEL} and, where it is needed, {KEY}")
        return Endpoint(environment[URL].rstrip("/"), environment[MODEL], environment.get(KEY, ""))

    def ask(self, messages: Sequence[Message], *, sample: int = 0) -> str:
        """The text of a new answer (`Chat.ask`).

        Raises:
            InputError: the server refuses the question, for its key for example.
            ChatError: no answer came.
        """
        body: dict[str, Any] = {"model": self.model, "messages": [{"role": each.role, "content": each.content} for each in messages]}
        if self.temperature is not None:
            body["temperature"] = self.temperature
        problem = ""
        for attempt in range(self.tries):
            if attempt:
                time.sleep(self.pause * 2 ** (attempt - 1))
            try:
                return _content(self._post(body))
            except urllib.error.HTTPError as error:
                problem = f"status {error.code}"
                if error.code in _REFUSED or 300 <= error.code < 400:
                    raise InputError(self.url, problem, "an answer", f"see {URL}, {MODEL}, {KEY}") from None
            except (OSError, HTTPException) as error:
                problem = str(getattr(error, "reason", error)) or type(error).__name__
            except ValueError as error:
                problem = f"an answer that is none ({error})"
        raise ChatError(f"{self.url}: {problem}, {self.tries} times")

    def _post(self, body: dict) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(f"{self.url}/chat/completions", json.dumps(body).encode(), headers, method="POST")
        with _opener().open(request, timeout=self.timeout) as reply:
            content = reply.read(_MOST + 1)
        if len(content) > _MOST:
            raise ValueError(f"more than {_MOST} bytes")
        return json.loads(content)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A key goes to the server that it was given for and to no other."""

    def redirect_request(self, *_: object) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirects)


def _content(reply: Any) -> str:
    try:
        content = reply["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise ValueError("no choices[0].message.content") from None
    if not isinstance(content, str):
        raise ValueError("content that is no text")
    return content
