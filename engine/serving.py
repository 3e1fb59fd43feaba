"""How a plugin lives: it says its port, serves the engine, and leaves quietly when the engine does."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import grpc

# Resources carry whole files; the engine itself allows messages of this size.
_LARGEST_MESSAGE = 400 * 1024 * 1024
_OPTIONS = [
    ("grpc.max_send_message_length", _LARGEST_MESSAGE),
    ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
]
_PARENT_POLL_SECONDS = 1.0
_GRACE_SECONDS = 0.5


async def serve(register: Callable[[grpc.aio.Server], None], stop: Callable[[], Awaitable[None]]) -> None:
    """Serve until SIGINT, SIGTERM or the death of the engine, then call `stop` and return.

    The engine ends plugins by SIGINT to their process group and waits five seconds. An engine that was
    killed sends nothing, so the parent is watched too: a plugin must not stay behind.
    """
    parent = os.getppid()
    leave = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave.set)

    server = grpc.aio.server(options=_OPTIONS)
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)

    while not leave.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(leave.wait(), _PARENT_POLL_SECONDS)
        except TimeoutError:
            continue
    await stop()
    await server.stop(_GRACE_SECONDS)
