"""A small server on this machine that speaks the chat completions protocol: for tests, and to let other programs read a transcript."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .chat import ChatError, Message

Answer = Callable[[Sequence[Message], int], str]


@contextmanager
def serve(answer: Answer, *, model: str = "local", key: str = "") -> Iterator[str]:
    """The address of a server, for the time of the block.

    Args:
        answer: what to say to messages, and how often they were said before. A `ChatError` becomes status 503.
        model: the one model that there is.
        key: what a client has to know; empty lets everyone in.
    """
    asked: Counter[tuple[Message, ...]] = Counter()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            if self._may_enter() and self.path == "/v1/models":
                self._say(200, {"object": "list", "data": [{"id": model, "object": "model"}]})
            elif self._may_enter():
                self._fail(404, "no such path")

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not self._may_enter():
                return
            if self.path != "/v1/chat/completions":
                return self._fail(404, "no such path")
            try:
                body = json.loads(content)
                messages = tuple(Message(each["role"], each["content"]) for each in body["messages"])
            except (ValueError, KeyError, TypeError):
                return self._fail(400, "no messages")
            if body.get("model") != model:
                return self._fail(404, "no such model")
            with lock:
                before, asked[messages] = asked[messages], asked[messages] + 1
            try:
                said = answer(messages, before)
            except ChatError as error:
                return self._fail(503, str(error))
            choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
            self._say(200, {"object": "chat.completion", "model": model, "choices": [choice]})

        def _may_enter(self) -> bool:
            allowed = not key or self.headers.get("Authorization") == f"Bearer {key}"
            if not allowed:
                self._fail(401, "another key")
            return allowed

        def _fail(self, status: int, message: str) -> None:
            self._say(status, {"error": {"message": message}})

        def _say(self, status: int, value: Any) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
