"""A line to Redis that can be cut and mended while the processes at its end live on."""

import socket
import threading
from urllib.parse import urlsplit

from tests.faults.house import HOST, free_port


class Line:
    """`url` leads to the Redis behind it while the line is up; while it is down the port is closed."""

    def __init__(self, redis_url: str) -> None:
        place = urlsplit(redis_url)
        self.port = free_port()
        who, at, _ = place.netloc.rpartition("@")
        self.url = place._replace(netloc=f"{who}{at}{HOST}:{self.port}").geturl()
        self.far = (place.hostname or HOST, place.port or 6379)
        self.listener: socket.socket | None = None
        self.open: list[socket.socket] = []

    def mend(self) -> None:
        self.listener = socket.create_server((HOST, self.port), reuse_port=False)
        threading.Thread(target=self._serve, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        if self.listener is not None:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        for end in self.open:
            end.close()
        self.open.clear()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.far)
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            end.close()
