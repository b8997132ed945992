"""Clients that ask again, under the same key, until they are answered; and what they were told."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 60.0
"""Seconds after which a request that is never acknowledged fails the test."""


@dataclass
class Receipts:
    """What the town acknowledged, and every answer it should not have given."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    filed: dict[str, dict[str, Any]] = field(default_factory=dict)  # key -> receipt
    abandoned: set[str] = field(default_factory=set)  # keys given up after a first try
    acts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # sha256 -> number of the dossier
    to_process: deque[str] = field(default_factory=deque)  # numbers that wait for the desk
    faults: list[str] = field(default_factory=list)
    retries: int = 0
    unavailable: int = 0
    in_flight: int = 0
    acknowledged: int = 0
    ended: bool = False

    def wait_for(self, what: Callable[[], bool], patience: float = PATIENCE) -> bool:
        """Until the condition holds; False when patience ran out or a client met a fault."""
        with self.changed:
            return self.changed.wait_for(lambda: what() or bool(self.faults), patience)

    def fault(self, sentence: str) -> None:
        with self.changed:
            self.faults.append(sentence)
            self.changed.notify_all()


class GaveUp(Exception):
    """The request was not acknowledged at the first try and the client meant to try once."""


class Client(threading.Thread):
    """One program with a token. `live` is its life; it ends when the receipts say so."""

    def __init__(self, port: int, token: str, receipts: Receipts, seed: int) -> None:
        super().__init__(name=type(self).__name__, daemon=True)
        self.port, self.token, self.receipts = port, token, receipts
        self.chance = random.Random(seed)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.pause = threading.Event()

    def run(self) -> None:
        try:
            while not self.receipts.ended and not self.receipts.faults:
                self.live()
        except Exception as error:  # reported in the main thread, where it fails the test
            self.receipts.fault(f"{self.name}: {error!r}")
        finally:
            self.connection.close()

    def live(self) -> None:
        raise NotImplementedError

    def post(self, path: str, body: Any, key: str, *, once: bool = False) -> dict[str, Any]:
        """The acknowledged answer. A broken connection and a 5xx are asked again, same key."""
        sent = json.dumps(body).encode() if body is not None else b""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._until_answered("POST", path, sent, headers, once)

    def upload(self, content: bytes) -> str:
        """Store a file; returns its sha256 as the town counted it."""
        mark = uuid.uuid4().hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="giay.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        sent = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return str(self._until_answered("POST", "/files", sent, headers, False)["sha256"])

    def _until_answered(
        self, method: str, path: str, sent: bytes, headers: dict[str, str], once: bool
    ) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._ask(method, path, sent, headers)
            if answer is not None:
                return answer
            if once:
                raise GaveUp
            with self.receipts.changed:
                self.receipts.retries += 1
            self.pause.wait(0.05)  # a polite client; nothing depends on how long
        raise TimeoutError(f"{path} was not acknowledged in {PATIENCE} s")

    def _ask(
        self, method: str, path: str, sent: bytes, headers: dict[str, str]
    ) -> dict[str, Any] | None:
        self._flying(1)
        try:
            known = {"Authorization": f"Bearer {self.token}", **headers}
            self.connection.request(method, f"/api/v1{path}", sent, known)
            response = self.connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return None
        finally:
            self._flying(-1)
        return self._judge(path, response, text)

    def _judge(
        self, path: str, response: http.client.HTTPResponse, text: bytes
    ) -> dict[str, Any] | None:
        """2xx is an acknowledgement, a well-made 503 means later, anything else is a fault."""
        if response.status in (200, 201):
            with self.receipts.changed:
                self.receipts.acknowledged += 1
                self.receipts.changed.notify_all()
            acknowledged: dict[str, Any] = json.loads(text)
            return acknowledged
        if response.status != 503:
            raise AssertionError(f"{path}: {response.status} {text[:600]!r}")
        assert response.getheader("Retry-After"), "503 without Retry-After"
        assert "thử lại" in json.loads(text)["message"]
        with self.receipts.changed:
            self.receipts.unavailable += 1
        return None

    def _flying(self, change: int) -> None:
        with self.receipts.changed:
            self.receipts.in_flight += change


class Filer(Client):
    """Files online, or receives walk-ins; now and then with a file; now and then gives up."""

    def __init__(
        self, port: int, token: str, receipts: Receipts, seed: int, bodies: list[dict[str, Any]]
    ) -> None:
        super().__init__(port, token, receipts, seed)
        self.bodies = bodies

    path = "/dossiers"

    def live(self) -> None:
        key = uuid.UUID(int=self.chance.getrandbits(128)).hex
        body = self.body(key)
        sha256 = ""
        if self.chance.random() < 0.3:
            sha256 = self._hand_in(body, key)
        try:
            receipt = self.post(self.path, body, key, once=self.chance.random() < 0.1)
        except GaveUp:
            with self.receipts.changed:
                self.receipts.abandoned.add(key)
            return
        with self.receipts.changed:
            self.receipts.filed[key] = receipt
            self.receipts.to_process.append(receipt["number"])
            if sha256:
                self.receipts.files[sha256] = receipt["number"]

    def body(self, key: str) -> dict[str, Any]:
        return dict(self.chance.choice(self.bodies))

    def _hand_in(self, body: dict[str, Any], key: str) -> str:
        content = b"%PDF-1.4\n" + key.encode() * self.chance.randint(1, 4000)
        stored = self.upload(content)
        assert stored == hashlib.sha256(content).hexdigest()
        scan = {"paper": self.paper(body), "name": "giấy tờ.pdf", "sha256": stored}
        body["files"] = [scan, *body.get("files", ())]
        return stored

    def paper(self, body: dict[str, Any]) -> str:
        return str(next(iter(body["papers"])))


class Citizen(Filer):
    """Files online: every paper is a file already."""

    def paper(self, body: dict[str, Any]) -> str:
        return str(body["files"][0]["paper"])


class Clerk(Filer):
    """Takes in walk-ins, each a new person named after the request."""

    path = "/dossiers/received"

    def body(self, key: str) -> dict[str, Any]:
        return {**super().body(key), "applicant": {"full_name": f"Người Thử {key}"}}


class Desk(Client):
    """Carries what was filed on: accepted, handed over, decided, given out; or withdrawn."""

    def __init__(self, port: int, token: str, receipts: Receipts, seed: int, leader: str) -> None:
        super().__init__(port, token, receipts, seed)
        self.boss = Client(port, leader, receipts, seed + 1)

    def live(self) -> None:
        with self.receipts.changed:
            ready = lambda: self.receipts.to_process or self.receipts.ended  # noqa: E731
            self.receipts.changed.wait_for(lambda: ready() or bool(self.receipts.faults), 1)
            if not self.receipts.to_process:
                return
            number = self.receipts.to_process.popleft()
            state = next(r["state"] for r in self.receipts.filed.values() if r["number"] == number)
        self._carry_on(number, state)

    def _carry_on(self, number: str, state: int) -> None:
        if state == 1:
            self._act(self, number, "accept", None)
        if self.chance.random() < 0.1:
            self._act(self, number, "withdraw", {"reason": "đổi ý"})
            return
        self._act(self, number, "transfer", None)
        if self.chance.random() < 0.7:
            self._act(self.boss, number, "decide", {"granted": True})
            self._act(self, number, "return", None)

    def _act(self, who: Client, number: str, verb: str, body: Any) -> None:
        answer = who.post(f"/dossiers/{number}/{verb}", body, f"{number}:{verb}")
        with self.receipts.changed:
            self.receipts.acts[number, verb] = answer
