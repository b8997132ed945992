"""Three hands for an import: this process judges cases, a child puts rows together, a thread writes.

A batch is written in one transaction while the next one is put together and the one after that is
judged. The child asks no database. It ends when its pipe does, so nothing outlives a killed parent
for longer than one batch.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any

from django.db import connection

from thichinh.caselogs.actions.planning import Job, Planner, Text

Write = Callable[[list[Text], int, int], None]
"""Writes the texts of a batch: texts, how many dossiers, the cursor."""


@dataclass
class Pipeline:
    """Jobs in, batches written in the same order. `close` waits; `abandon` does not."""

    planner: Planner
    write: Write
    _child: BaseProcess = field(init=False)
    _jobs: Connection[Any, Any] = field(init=False)
    _texts: Connection[Any, Any] = field(init=False)
    _sizes: SimpleQueue[tuple[int, int]] = field(default_factory=SimpleQueue)
    _thread: Thread = field(init=False)
    _failure: BaseException | None = None

    def __post_init__(self) -> None:
        context = multiprocessing.get_context("fork")
        theirs_in, self._jobs = context.Pipe(duplex=False)
        self._texts, theirs_out = context.Pipe(duplex=False)
        ours = (self._jobs, self._texts)
        self._child = context.Process(
            target=_work, args=(self.planner, theirs_in, theirs_out, ours), daemon=True
        )
        self._child.start()
        theirs_in.close()
        theirs_out.close()
        self._thread = Thread(target=self._write_all, name="import", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        """Hand a batch over. Raises what went wrong with an earlier one."""
        self._check()
        self._sizes.put((len(job.entries), job.cursor))
        try:
            self._jobs.send(job)
        except OSError:  # the child is gone: the thread knows why, or will as soon as it looks
            self._thread.join()
            self._check()
            raise

    def close(self) -> None:
        """Wait until everything handed over is written. Raises what went wrong."""
        self._jobs.close()
        self._thread.join()
        self._child.join()
        self._check()

    def abandon(self) -> None:
        """Give up what is not written yet."""
        self._jobs.close()
        self._child.kill()
        self._thread.join()
        self._child.join()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _write_all(self) -> None:
        try:
            while (texts := self._received()) is not None:
                dossiers, cursor = self._sizes.get()
                self.write(texts, dossiers, cursor)
        except BaseException as error:
            self._failure = error
            self._child.kill()
        finally:
            connection.close()

    def _received(self) -> list[Text] | None:
        """The next batch, None when the child has ended with nothing left to write."""
        try:
            told: list[Text] | BaseException = self._texts.recv()
        except EOFError:
            if self._sizes.empty():
                return None
            raise RuntimeError("the process that puts rows together has ended early") from None
        if isinstance(told, BaseException):
            raise told
        return told


def _work(
    planner: Planner,
    jobs: Connection[Any, Any],
    texts: Connection[Any, Any],
    parents: tuple[Connection[Any, Any], ...],
) -> None:
    """The child: from jobs to texts until the pipe ends. It never touches the database."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends us
    for end in parents:
        end.close()
    while True:
        try:
            job = jobs.recv()
        except EOFError:
            return
        try:
            texts.send(planner.texts(job))
        except OSError:
            return
        except Exception as error:
            texts.send(error)
            return
