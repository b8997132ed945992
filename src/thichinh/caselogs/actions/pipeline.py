"""Two processes for an import: this one judges cases, a child asks the law for their acts and writes.

In the child, a thread writes a batch while the next one is asked of the law. The child sends the
cursor of each batch that is committed. When the pipe of jobs ends, because all is sent or because
the parent was killed, it writes what it has and ends; until then it keeps the lock of the
authority's writer, so a program that goes on with the run begins behind it.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Queue
from threading import Thread
from typing import Any

from django.db import connection

from thichinh.caselogs.actions.planning import Job, Planned, Planner, stay_writer

Ready = Queue[Planned | Exception | None]
"""Batches to write, a failure to report, or the end."""


@dataclass
class Pipeline:
    """Jobs in, batches written in the same order. `close` waits; `abandon` does not."""

    planner: Planner
    _child: BaseProcess = field(init=False)
    _jobs: Connection[Any, Any] = field(init=False)
    _written: Connection[Any, Any] = field(init=False)

    def __post_init__(self) -> None:
        context = multiprocessing.get_context("fork")
        theirs_in, self._jobs = context.Pipe(duplex=False)
        self._written, theirs_out = context.Pipe(duplex=False)
        ours = (self._jobs, self._written)
        self._child = context.Process(
            target=_work, args=(self.planner, theirs_in, theirs_out, ours), daemon=True
        )
        self._child.start()
        theirs_in.close()
        theirs_out.close()

    def put(self, job: Job) -> None:
        """Hand a batch over. Raises what went wrong with an earlier one."""
        while self._written.poll():
            self._receive()
        try:
            self._jobs.send(job)
        except OSError:  # the child is gone: it has sent why, unless it was killed
            self.close()
            raise

    def close(self) -> None:
        """Wait until everything handed over is written. Raises what went wrong."""
        self._jobs.close()
        while self._receive():
            pass
        self._child.join()
        if self._child.exitcode:
            raise RuntimeError("the process that writes the cases has ended early")

    def abandon(self) -> None:
        """Give up what is not written yet."""
        self._jobs.close()
        self._child.kill()
        self._child.join()

    def _receive(self) -> bool:
        """One message of the child: the cursor of a batch, or what went wrong. False at the end."""
        try:
            received: int | Exception = self._written.recv()
        except EOFError:
            return False
        if isinstance(received, Exception):
            self.abandon()
            raise received
        self.planner.run.cursor = max(self.planner.run.cursor, received)
        return True


def _work(
    planner: Planner,
    jobs: Connection[Any, Any],
    written: Connection[Any, Any],
    parents: tuple[Connection[Any, Any], ...],
) -> None:
    """The child. Its first thread asks no database: the connection it inherited is its parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends us
    for end in parents:
        end.close()
    sys.setswitchinterval(0.0005)  # the writing thread waits for the network often and briefly
    ready: Ready = Queue(maxsize=1)
    writing = Thread(target=_write, args=(planner, ready, written))
    writing.start()
    try:
        while True:
            ready.put(planner.plan(jobs.recv()))
    except EOFError:
        ready.put(None)
    except Exception as error:
        ready.put(error)
    writing.join()


def _write(planner: Planner, ready: Ready, written: Connection[Any, Any]) -> None:
    """The writing thread: its own connection, its own lock, until the end is handed over."""
    failure: Exception | None = None
    try:
        stay_writer(planner.authority)
        while (item := ready.get()) is not None:
            if isinstance(item, Exception):
                raise item
            planner.write(item)
            _send(written, item.job.cursor)
    except Exception as error:
        failure = error
    finally:
        connection.close()
    if failure is not None:
        _send(written, failure)
        written.close()
        while ready.get() is not None:  # whoever still plans must not wait for us
            pass


def _send(parent: Connection[Any, Any], message: int | Exception) -> None:
    """Nothing goes to a parent that is gone; an error that cannot be pickled goes as its words."""
    try:
        parent.send(message)
    except OSError:
        return
    except Exception:
        parent.send(RuntimeError(f"{type(message).__name__}: {message}"))
