"""Which command runs when, and what the state becomes by it."""

import asyncio
import secrets
from collections.abc import Mapping

from engine.command import files, local, remote, schema
from engine.command.output import Captured, Engine, LiveLog, shown_streams
from engine.command.values import UNKNOWN, Properties, reveal


def new_id(name: str) -> str:
    return f"{name}{secrets.token_hex(4)}"


def previewed(inputs: Properties, token: str) -> Properties:
    """The outputs of a command that has not run: nothing is known of what it will write."""
    outputs = {**inputs, "stdout": UNKNOWN, "stderr": UNKNOWN}
    if token != schema.REMOTE:
        outputs.update(dict.fromkeys(_file_outputs(inputs), UNKNOWN))
    return outputs


def _file_outputs(inputs: Properties) -> list[str]:
    pairs = {"assetPaths": "assets", "archivePaths": "archive"}
    return [output for paths, output in pairs.items() if inputs.get(paths)]


async def created(token: str, inputs: Properties, engine: Engine, urn: str) -> Properties:
    """Run `create`; without one nothing runs and the output is empty."""
    command = reveal(inputs.get("create"))
    if not command:
        return {**inputs, "stdout": "", "stderr": ""}
    return {**inputs, **await run(token, command, inputs, {}, engine, urn)}


async def updated(token: str, inputs: Properties, state: Properties, engine: Engine, urn: str) -> Properties:
    """Run `update`, else `create`; without either the old output stays."""
    command = reveal(inputs.get("update")) or reveal(inputs.get("create"))
    if not command:
        kept: Properties = {name: state[name] for name in ("stdout", "stderr", "assets", "archive") if name in state}
        return {**inputs, **kept}
    return {**inputs, **await run(token, command, inputs, state, engine, urn)}


async def deleted(token: str, state: Properties, engine: Engine, urn: str) -> None:
    """Run `delete` as the state has it, with the connection of the state; its output is dropped."""
    if command := reveal(state.get("delete")):
        await run(token, command, state, state, engine, urn)


async def run(
    token: str, command: str, inputs: Properties, state: Mapping[str, object], engine: Engine, urn: str
) -> Properties:
    """Run one command and return what it adds to the outputs."""
    plain = reveal(inputs)
    async with LiveLog(engine, urn) as log:
        captured = Captured(log, shown_streams(plain.get("logging")))
        runner = remote.run if token == schema.REMOTE else local.run
        await runner(command, plain, _previous(plain, state), captured)
    outputs: Properties = {"stdout": captured.text("stdout"), "stderr": captured.text("stderr")}
    if token != schema.REMOTE:
        outputs.update(await asyncio.to_thread(files.collect, plain))
    return outputs


def _previous(inputs: Properties, state: Mapping[str, object]) -> dict[str, str]:
    """What the last command wrote, for the environment of the next."""
    if inputs.get("addPreviousOutputInEnv") is False:
        return {}
    pairs = {"PULUMI_COMMAND_STDOUT": "stdout", "PULUMI_COMMAND_STDERR": "stderr"}
    values = {variable: str(reveal(state.get(name)) or "") for variable, name in pairs.items()}
    return {variable: value for variable, value in values.items() if value}
