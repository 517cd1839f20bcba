"""Starting and stopping the lab: a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from trustmgr.errors import UsageError
from trustmgr.lab.ca_file import kept_at, temporary
from trustmgr.lab.doorman import Doorman
from trustmgr.lab.many import ManySites
from trustmgr.lab.pki import Pki
from trustmgr.lab.ports import listen
from trustmgr.lab.publication import Publication
from trustmgr.lab.reception import Library, Reception
from trustmgr.lab.site import DOMAIN, LOOPBACK, MANY, Behaviour, Lab
from trustmgr.lab.sites import SITES

_HIGHEST_PORT = 65535
Listeners = list[socket.socket]


@contextmanager
def run_in_thread(port: int, ca_file: Path | None, latency: float) -> Iterator[Lab]:
    """See `trustmgr.lab.running_lab`."""
    with ExitStack() as stack:
        main, http, own = _listen(port, stack)
        pki = Pki(Publication(f"http://{LOOPBACK}:{_port(http)}"))
        pem = pki.root.certificate.public_bytes(Encoding.PEM)
        lab = Lab(
            port=_port(main),
            http_port=_port(http),
            ca_file=stack.enter_context(kept_at(ca_file, pem) if ca_file else temporary(pem)),
            ca_der=pki.root.certificate.public_bytes(Encoding.DER),
            sites={
                site.name: site.running(_port(listeners))
                for site, listeners in zip(SITES, own, strict=True)
            },
        )
        behaviours = [site.make(pki, site.asked_as) for site in SITES]
        work: list[tuple[Listeners, Behaviour]] = [
            (main, _reception(behaviours, ManySites(pki))),
            (http, Library(pki.publication)),
            *zip(own, behaviours, strict=True),
        ]
        stack.enter_context(_serving(work, latency))
        yield lab


def _listen(port: int, stack: ExitStack) -> tuple[Listeners, Listeners, list[Listeners]]:
    """The main port, the http port and one for each site; numbered upwards from `port` unless it
    is 0: main, sites, http. They are closed with `stack`."""
    last = port + len(SITES) + 1
    if port and not 0 < port <= last <= _HIGHEST_PORT:
        raise UsageError(
            f"The lab needs the ports {port} to {last}, and {_HIGHEST_PORT} is the highest there is.",
            f"Choose a main port below {_HIGHEST_PORT - len(SITES)} with --port.",
        )
    ports = range(port, last + 1) if port else [0] * (len(SITES) + 2)
    opened: list[Listeners] = []
    for number in ports:
        opened.append(listen(number))
        for listener in opened[-1]:
            stack.callback(listener.close)
    return opened[0], opened[-1], opened[1:-1]


def _port(listeners: Listeners) -> int:
    number: int = listeners[0].getsockname()[1]
    return number


def _reception(behaviours: list[Behaviour], many: ManySites) -> Reception:
    """The main port: sites by the name they are asked as, and by their own name under localhost."""
    by_name: dict[str, Behaviour] = {
        "*.wild.localhost": behaviours[_index("good-wildcard")],
        f"*.{MANY}": many,
    }
    for site, behaviour in zip(SITES, behaviours, strict=True):
        by_name[f"{site.name}.{DOMAIN}"] = behaviour
        by_name[site.asked_as] = behaviour
    return Reception(by_name, default=behaviours[_index("good")])


def _index(name: str) -> int:
    return next(index for index, site in enumerate(SITES) if site.name == name)


@contextmanager
def _serving(work: list[tuple[Listeners, Behaviour]], latency: float) -> Iterator[None]:
    """Serve in a thread until the block ends. What goes wrong while starting is raised here."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(
        target=_run, args=(work, latency, started), name="trustmgr-lab", daemon=True
    )
    thread.start()
    loop, stop = started.result()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def _run(
    work: list[tuple[Listeners, Behaviour]],
    latency: float,
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]],
) -> None:
    # Everywhere the selector loop: the same behaviour on each OS, sockets that can be reset.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_serve_until_stopped(work, latency, started))


async def _serve_until_stopped(
    work: list[tuple[Listeners, Behaviour]],
    latency: float,
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]],
) -> None:
    stop, doorman = asyncio.Event(), Doorman(latency)
    try:
        for listeners, behaviour in work:
            await doorman.admit(listeners, behaviour)
    except BaseException as error:
        await doorman.close()
        started.set_exception(error)
        return
    started.set_result((asyncio.get_running_loop(), stop))
    await stop.wait()
    await doorman.close()
