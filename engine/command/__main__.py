"""Started by the engine as `pulumi-resource-command <engine address>`."""

import asyncio
import sys
from typing import cast

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2_grpc

from engine.command.output import Engine
from engine.command.provider import CommandProvider
from engine.serving import serve


async def main() -> None:
    async with grpc.aio.insecure_channel(sys.argv[-1]) as channel:
        # Over an asyncio channel the generated stub is awaitable, which its types do not say.
        provider = CommandProvider(cast(Engine, engine_pb2_grpc.EngineStub(channel)))
        await serve(
            lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server),
            provider.stop,
        )


asyncio.run(main())
