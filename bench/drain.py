"""A process of sockets that only count what comes, as cheaply as Python can, so that the client is not the bottleneck.

First a line of JSON, {"port", "subprotocol", "sockets": [{"cookie", "payload"}]}; `ready` once all have subscribed. Then lines `expect N`,
answered by `armed` and, when N more results have come, by `done` with the system's monotonic clock in nanoseconds.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import time
from typing import Any
from uuid import uuid4

from realtime.frames import PING, PONG, masked

AT_ONCE = 50
MOST_AT_ONCE = 1_000
NAP_SECONDS = 0.0005
"""Between two looks. To be woken for each message would be work of the sender's kernel, which readers elsewhere would not make it do."""
OPENING = "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
KEY = "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
RESULT = b'"next"'
MASK = b"\x01\x02\x03\x04"


class Drain:
    def __init__(self) -> None:
        self.count = 0
        self.wanted = 0
        self.poll = select.epoll()
        self.connections: dict[int, socket.socket] = {}
        self.rests: dict[int, bytes] = {}
        self.buffer = bytearray(1 << 18)

    def add(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connections[connection.fileno()] = connection
        self.poll.register(connection.fileno(), select.EPOLLIN)

    def came(self, number: int) -> None:
        connection = self.connections[number]
        buffer = self.buffer
        length = connection.recv_into(buffer)
        # Nearly always one whole message, of 126 bytes to 64 KiB.
        if number not in self.rests and buffer[1] == 126 and length == (buffer[2] << 8 | buffer[3]) + 4 and RESULT in buffer[4:64]:
            self.count += 1
        else:
            self.parse(connection, self.rests.pop(number, b"") + buffer[:length])

    def parse(self, connection: socket.socket, data: bytes) -> None:
        at = 0
        while len(data) - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(data[at + 2 : at + 4]), at + 4
            elif length == 127:
                length, start = int.from_bytes(data[at + 2 : at + 10]), at + 10
            end = start + length
            if len(data) < end:
                break
            if data[at] & 0xF == PING:
                connection.send(frame(PONG, data[start:end]))
            elif RESULT in data[start : start + 100]:
                self.count += 1
            at = end
        if at < len(data):
            self.rests[connection.fileno()] = data[at:]

    def take(self, seconds: float | None) -> bool:
        """What came of messages. Whether standard input has something."""
        has_command = False
        for number, _ in self.poll.poll(seconds, MOST_AT_ONCE):
            if number == sys.stdin.fileno():
                has_command = True
            else:
                self.came(number)
        return has_command

    def run(self) -> None:
        commands = b""
        self.poll.register(sys.stdin.fileno(), select.EPOLLIN)
        while True:
            if self.take(None):
                read = os.read(sys.stdin.fileno(), 4096)
                if not read:
                    return
                *lines, commands = (commands + read).split(b"\n")
                for line in lines:
                    self.count, self.wanted = 0, int(line.split()[1])
                    tell("armed")
            if self.wanted and self.count >= self.wanted:
                self.wanted = 0
                tell(f"done {time.monotonic_ns()}")
            elif self.wanted:
                time.sleep(NAP_SECONDS)


def frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    size = bytes((0x80 | length,)) if length < 126 else bytes((0xFE,)) + length.to_bytes(2)
    return bytes((0x80 | opcode,)) + size + MASK + masked(payload, MASK)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def opened(asked: dict[str, Any], some: list[dict[str, Any]]) -> list[socket.socket]:
    connections = [socket.create_connection(("127.0.0.1", asked["port"])) for _ in some]
    for connection, each in zip(connections, some, strict=True):
        cookie = f"Cookie: {each['cookie']}\r\n" if each["cookie"] else ""
        connection.sendall(f"{OPENING}{KEY}Sec-WebSocket-Protocol: {asked['subprotocol']}\r\n{cookie}\r\n".encode())
    for connection in connections:
        until(connection, b"\r\n\r\n")
        connection.sendall(frame(1, b'{"type":"connection_init"}'))
    for connection, each in zip(connections, some, strict=True):
        until(connection, b'"connection_ack"}')
        message = {"id": str(uuid4()), "type": "subscribe", "payload": each["payload"]}
        connection.sendall(frame(1, json.dumps(message).encode()))
    return connections


def until(connection: socket.socket, end: bytes) -> None:
    came = b""
    while end not in came:
        read = connection.recv(4096)
        assert read, came
        came += read


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    drain = Drain()
    for start in range(0, len(asked["sockets"]), AT_ONCE):
        for connection in opened(asked, asked["sockets"][start : start + AT_ONCE]):
            drain.add(connection)
        # Who opens thousands answers the pings of the first meanwhile.
        drain.take(0)
    tell("ready")
    drain.run()


if __name__ == "__main__":
    main()
