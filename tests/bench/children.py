"""Processes that take part in a measurement: one question a line in, one answer a line out, both JSON."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import IO, Any

from kultour.object_store import die_with_parent
from tests.program import ROOT

Answering = Callable[..., Awaitable[dict[str, Any]]]


class Child:
    """One such process, from the side of who asks. `hello` is what it said once it was ready; `log` takes what it
    writes to its standard error."""

    def __init__(self, module: str, *arguments: str, log: IO[str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            preexec_fn=die_with_parent,
        )  # fmt: skip
        self.hello = self._answer()

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, what: str, **details: Any) -> dict[str, Any]:
        self.process.stdin.write(json.dumps({"what": what, **details}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[2]} ended with exit code {self.process.wait(10)}")
        answer = json.loads(line)
        if "refused" in answer:
            raise RuntimeError(f"{self.process.args[2]}: {answer['refused']}")
        return answer

    def stop(self) -> None:
        """It ends with its input."""
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.process.stdout.close()


@contextlib.contextmanager
def child(module: str, *arguments: str, log: IO[str] | None = None) -> Iterator[Child]:
    started = Child(module, *arguments, log=log)
    try:
        yield started
    finally:
        started.stop()


async def answer_questions(hello: dict[str, Any], **answers: Answering) -> None:
    """In the child: say hello, then answer until nobody asks any more."""
    print(json.dumps(hello), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        question = json.loads(line)
        try:
            answer = await answers[question.pop("what")](**question)
        except Exception as error:
            answer = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
