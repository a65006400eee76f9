"""A language model as a baseline: it is asked over HTTP as any provider would be, on record it needs nobody, and only what is right passes."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.regression.language import ChatError, Endpoint, Limits, Message, Solution, Transcript, ask, code, pass_at, question, serve
from pyssnn.regression.task import Task

DOUBLES = Task("Doubles", 0, 10, 1, 5, lambda xs: [2 * x for (x,) in xs])
ASKED = [Message("user", "hello")]
RIGHT = "```python\ndef solve(xs):\n    return [2 * x for x, in xs]\n```"
WRONG = "Sure!\n```python\ndef solve(xs):\n    return [x + x % 10 for x, in xs]\n```\nHope it helps."


def judge(solution: Solution) -> bool:
    """Right on a few words and on one beyond the examples."""
    xs = DOUBLES.sample(20, 30, 1)
    return (solution.run_many(xs) == DOUBLES.answers(xs)).all() and solution.run([(10**30,)]) == [2 * 10**30]


def client(url: str, **settings) -> Endpoint:
    return Endpoint(url, "local", **{"pause": 0.01, **settings})


# The protocol


def test_a_question_goes_to_a_server_and_an_answer_comes_back():
    with serve(lambda messages, before: f"{messages[-1].content} {before}") as url:
        assert [client(url).ask(ASKED) for _ in range(3)] == ["hello 0", "hello 1", "hello 2"]


def test_the_environment_says_where(monkeypatch):
    with serve(lambda messages, before: "yes", key="secret") as url:
        environment = {"PYSSNN_CHAT_URL": url + "/", "PYSSNN_CHAT_MODEL": "local", "PYSSNN_CHAT_KEY": "secret"}
        assert Endpoint.from_environment(environment).ask(ASKED) == "yes"
        for name in ("PYSSNN_CHAT_URL", "PYSSNN_CHAT_MODEL"):
            with pytest.raises(InputError, match=name):
                Endpoint.from_environment({**environment, name: ""})


@pytest.mark.parametrize("url", ["ftp://there/v1", "nothing", "http://", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(InputError, match="PYSSNN_CHAT_URL"):
        Endpoint(url, "local")


def test_a_refusal_is_an_input_error_that_does_not_tell_the_key():
    with serve(lambda messages, before: "yes", key="other") as url:
        with pytest.raises(InputError, match="401") as told:
            client(url, key="my-secret").ask(ASKED)
        assert "my-secret" not in str(told.value) and "my-secret" not in repr(client(url, key="my-secret"))
        with pytest.raises(InputError, match="404"):
            Endpoint(url, "unknown", key="other").ask(ASKED)


def test_a_server_that_is_overloaded_is_asked_again():
    def answer(messages, before):
        if before < 2:
            raise ChatError("too much to do")
        return "at last"

    with serve(answer) as url:
        assert client(url, tries=3).ask(ASKED) == "at last"
    with serve(lambda messages, before: answer(messages, 0)) as url, pytest.raises(ChatError, match="503"):
        client(url, tries=2).ask(ASKED)


def test_nobody_there_is_a_chat_error_in_one_line():
    with serve(lambda messages, before: "yes") as url:
        pass
    with pytest.raises(ChatError) as told:
        client(url, tries=1).ask(ASKED)
    assert url in str(told.value) and "\n" not in str(told.value)


# On record


def test_what_was_said_once_is_read_again_without_the_model(tmp_path):
    path = tmp_path / "said.jsonl"
    with serve(lambda messages, before: f"answer {before}") as url:
        recording = Transcript(path, client(url))
        said = [recording.ask(ASKED, sample=i) for i in (0, 1, 0)]
    assert said == ["answer 0", "answer 1", "answer 0"]
    again = Transcript(path)
    assert [again.ask(ASKED, sample=i) for i in (0, 1)] == said[:2] and again.model == "local"
    with pytest.raises(InputError, match="no answer 2"):
        again.ask(ASKED, sample=2)
    with serve(again_or_fail(again), model="other") as url:  # a transcript can be served
        assert Endpoint(url, "other").ask(ASKED) == "answer 0"


def again_or_fail(transcript):
    return lambda messages, before: transcript.ask(messages, sample=before)


@pytest.mark.parametrize("text", ["{", "[]", '{"model": "a"}', json.dumps({"model": "a", "messages": [1], "sample": 0, "answer": "x"})])
def test_a_damaged_transcript_is_told_with_its_line(tmp_path, text):
    path = tmp_path / "said.jsonl"
    path.write_text(json.dumps({"model": "a", "messages": [], "sample": 0, "answer": "x"}) + "\n" + text + "\n")
    with pytest.raises(InputError, match="line 2"):
        Transcript(path)


def test_a_transcript_that_is_absent_or_another_models_is_refused(tmp_path):
    with pytest.raises(InputError, match="absent"):
        Transcript(tmp_path / "absent")
    path = tmp_path / "said.jsonl"
    path.write_text(json.dumps({"model": "a", "messages": [], "sample": 0, "answer": "x"}))
    with pytest.raises(InputError, match="one model"):
        Transcript(path, Endpoint("http://127.0.0.1:1/v1", "b"))


# Solving


def test_the_question_has_examples_and_not_the_name():
    messages = question(DOUBLES, seed=3)
    assert "Doubles" not in "".join(message.content for message in messages)
    assert messages == question(DOUBLES, seed=3) != question(DOUBLES, seed=4)
    first = DOUBLES.sample(10, 5, 3)[0, :, 0].tolist()
    assert f"ys = {[2 * x for x in first]}" in messages[-1].content


@pytest.mark.parametrize("around", ["{}", "Well:\n{}\nThat is it.", "```\nnot this\n```\n{}", "{}\n```python\nprint(solve([(1,)]))\n```"])
def test_the_code_of_an_answer_is_its_block(around):
    assert code(around.format(RIGHT)) == "def solve(xs):\n    return [2 * x for x, in xs]\n"


def test_an_answer_without_a_block_is_all_code():
    assert code("def solve(xs): return xs") == "def solve(xs): return xs"


def test_answers_are_scored_by_the_verification_and_what_misbehaves_fails():
    endless = "```python\ndef solve(xs):\n    while True: pass\n```"
    answers = [WRONG, RIGHT, "I do not know", endless, RIGHT]
    with serve(lambda messages, before: answers[before]) as url:
        found = ask(DOUBLES, client(url), judge, seed=0, samples=5, limits=Limits(cpu_seconds=1))
    assert [attempt.solved for attempt in found.attempts] == [False, True, False, False, True]
    assert "SyntaxError" in found.attempts[2].problem and "killed" in found.attempts[3].problem
    record = json.loads(json.dumps(found.record()))
    assert record["pass@1"] == pytest.approx(0.4) and record["pass@3"] == pytest.approx(0.9)


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_choices_with_a_right_one(case):
    n, right, k = case
    choices = list(combinations(range(n), k))
    assert pass_at(n, right, k) == pytest.approx(sum(min(choice) < right for choice in choices) / len(choices))


def test_pass_at_more_than_there_are_is_refused():
    with pytest.raises(InputError, match="pass@3"):
        pass_at(2, 1, 3)
