"""A relay between a client and a server, which can lose what the server answers."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Relay:
    """Passes on what client and server say, until it is told to cut them off; a context manager.

    Args:
        port: Where the server listens on 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._last_word: bytes | None = None
        self._threads: list[threading.Thread] = []

    def cut_after(self, word: bytes) -> None:
        """Cut the next connection on which the client says this, once the server has answered."""
        self._last_word = word

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        _close(self._listener)
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            server = socket.create_connection(self._target)
            is_doomed = threading.Event()
            self._spawn(self._upwards, client, server, is_doomed)
            self._spawn(self._downwards, client, server, is_doomed)

    def _upwards(
        self, client: socket.socket, server: socket.socket, is_doomed: threading.Event
    ) -> None:
        while said := _received(client):
            if self._last_word is not None and self._last_word in said:
                self._last_word = None
                is_doomed.set()
            server.sendall(said)
        _close(server)

    def _downwards(
        self, client: socket.socket, server: socket.socket, is_doomed: threading.Event
    ) -> None:
        while (said := _received(server)) and not is_doomed.is_set():
            client.sendall(said)
        _close(client)

    def _spawn(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(1 << 16)
    except OSError:
        return b""


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side was faster
        end.shutdown(socket.SHUT_RDWR)
    end.close()
