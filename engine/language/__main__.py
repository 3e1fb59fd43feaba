"""Started by the engine as `pulumi-language-python <engine address>`."""

import asyncio
import sys

from pulumi.runtime.proto import language_pb2_grpc

from engine.language.host import LanguageHost
from engine.serving import serve

host = LanguageHost(engine_address=sys.argv[-1])  # the engine puts its address last
asyncio.run(
    serve(
        lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server),
        host.stop,
    )
)
