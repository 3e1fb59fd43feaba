"""The plugin: serve the provider on a free port of the loopback interface and print the port."""

import asyncio
import signal
import sys
from pathlib import Path

# The engine starts this folder by its path: the packages beside it are found through their parent.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from provider.service import Service

MESSAGE_BYTES = 400 * 1024 * 1024
"""As large as the engine's own limit."""


async def serve(engine_address: str | None, servicer: type[Service] = Service) -> None:
    """Serve until the engine is done with us."""
    limits = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]
    server = grpc.aio.server(options=limits)
    service = servicer(engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    ended = asyncio.create_task(server.wait_for_termination())
    await asyncio.wait({ended, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    await service.close()
    await server.stop(grace=1)


if __name__ == "__main__":
    asyncio.run(serve(next((word for word in sys.argv[1:] if not word.startswith("-")), None)))
