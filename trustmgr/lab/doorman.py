"""Accepts connections on every port of the lab, and ends all of them when the lab ends."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence

from trustmgr.lab.peer import Peer
from trustmgr.lab.ports import BACKLOG
from trustmgr.lab.site import Behaviour

#: Connections at once; further ones are dropped. Windows' select() takes 512 sockets in all.
MAX_CONNECTIONS = 250 if sys.platform == "win32" else 1024


class Doorman:
    """Knows every listening socket and every open connection. `latency`: see `Peer`."""

    def __init__(self, latency: float = 0.0) -> None:
        self._latency = latency
        self._servers: list[asyncio.Server] = []
        self._open: dict[asyncio.Task[None], Peer] = {}

    async def admit(self, listeners: Sequence[socket.socket], behaviour: Behaviour) -> None:
        """Hand every connection to these sockets over to `behaviour`."""

        def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._welcome(Peer(reader, writer, self._latency), behaviour)

        for listener in listeners:
            self._servers.append(
                await asyncio.start_server(welcome, sock=listener, backlog=BACKLOG)
            )

    def _welcome(self, peer: Peer, behaviour: Behaviour) -> None:
        if len(self._open) >= MAX_CONNECTIONS:
            peer.abort()
            return
        task = asyncio.get_running_loop().create_task(_serve(peer, behaviour))
        self._open[task] = peer
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._open.pop(task).abort()  # a task that was cancelled before it began has not done so

    async def close(self) -> None:
        """Stop listening and end every connection, now."""
        for server in self._servers:
            server.close()
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # aborted transports close their sockets in the loop's next round


async def _serve(peer: Peer, behaviour: Behaviour) -> None:
    """One connection; whatever a client does to it is the end of that connection only."""
    try:
        await behaviour.serve(peer)
    except (OSError, EOFError, TimeoutError):
        pass
    finally:
        peer.abort()
