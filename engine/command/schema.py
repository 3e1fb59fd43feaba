"""What the provider offers: the properties of pulumi-command 1.2.1 that are kept here.

One table serves both the schema the engine may ask for and the check of inputs.
"""

import json
from typing import Any

VERSION = "1.2.1"
LOCAL = "command:local:Command"
REMOTE = "command:remote:Command"
RUN = "command:local:run"
CONNECTION = "command:remote:Connection"
PROXY = "command:remote:ProxyConnection"

Specs = dict[str, dict[str, Any]]

_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}


def _described(spec: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    return {**spec, "description": text, **more}


def _reference(token: str) -> dict[str, Any]:
    return {"$ref": f"#/types/{token}"}


_COMMON: Specs = {
    "stdin": _described(_STRING, "What the command reads on standard input. Empty counts as absent."),
    "environment": _described(
        {"type": "object", "additionalProperties": _STRING}, "Environment variables for the command."
    ),
    "addPreviousOutputInEnv": _described(
        {"type": "boolean"},
        "Whether PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR carry the previous output. Yes if absent.",
    ),
}
_LOCAL_ONLY: Specs = {
    "dir": _described(_STRING, "The working directory; the project's if absent."),
    "interpreter": _described(_STRINGS, 'Program and arguments before the command: ["/bin/sh", "-c"].'),
    "assetPaths": _described(_STRINGS, "Globs of files to return as assets after the command."),
    "archivePaths": _described(_STRINGS, "Globs of files to return as one archive after the command."),
}
_COMMANDS: Specs = {
    "create": _described(_STRING, "The command to run when the resource is created."),
    "update": _described(_STRING, "The command to run on a change; `create` if absent."),
    "delete": _described(_STRING, "The command to run when the resource is deleted or replaced."),
    "triggers": _described(
        {"type": "array", "items": {"$ref": "pulumi.json#/Any"}},
        "Any values; a change of one replaces the resource.",
        replaceOnChanges=True,
    ),
}
_RESULTS: Specs = {
    "stdout": _described(_STRING, "The standard output of the last command, without its last newline."),
    "stderr": _described(_STRING, "The standard error of the last command, without its last newline."),
}
_LOCAL_RESULTS: Specs = {
    **_RESULTS,
    "assets": _described(
        {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Asset"}}, "Files of assetPaths."
    ),
    "archive": _described({"$ref": "pulumi.json#/Archive"}, "Files of archivePaths."),
}

_DIALLING: Specs = {
    "host": _described(_STRING, "Name or address to connect to."),
    "user": _described(_STRING, "User to log in as.", default="root"),
    "port": _described({"type": "number"}, "Port to connect to.", default=22),
    "password": _described(_STRING, "Password, also for keyboard-interactive.", secret=True),
    "privateKey": _described(_STRING, "Private key as text, not as a path.", secret=True),
    "privateKeyPassword": _described(_STRING, "Password of the private key.", secret=True),
    "agentSocketPath": _described(_STRING, "Socket of the SSH agent.", defaultInfo={"environment": ["SSH_AUTH_SOCK"]}),
    "dialErrorLimit": _described({"type": "integer"}, "Failed attempts allowed; -1: no limit.", default=10),
    "perDialTimeout": _described({"type": "integer"}, "Seconds for one attempt; 0: none.", default=15),
    "hostKey": _described(
        _STRING,
        "The host's public key as in authorized_keys. It is checked whenever it is given; without it any "
        "key is accepted.",
    ),
}

CONNECTION_PROPERTIES: Specs = {
    **_DIALLING,
    "proxy": _described(_reference(PROXY), "The bastion to connect through."),
}
PROXY_PROPERTIES: Specs = _DIALLING
_CONNECTION_INPUT: Specs = {
    "connection": _described(_reference(CONNECTION), "How to reach the host.", secret=True),
}


def _logging(module: str) -> Specs:
    return {
        "logging": _described(
            _reference(f"command:{module}:Logging"), "Which output is shown while it comes; both if absent."
        )
    }


INPUTS: dict[str, Specs] = {
    LOCAL: {**_COMMANDS, **_COMMON, **_logging("local"), **_LOCAL_ONLY},
    REMOTE: {**_CONNECTION_INPUT, **_COMMANDS, **_COMMON, **_logging("remote")},
    RUN: {"command": _described(_STRING, "The command to run."), **_COMMON, **_logging("local"), **_LOCAL_ONLY},
}
REQUIRED: dict[str, list[str]] = {LOCAL: [], REMOTE: ["connection"], RUN: ["command"]}
LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"]


def schema() -> str:
    """The package schema as JSON."""
    results = {LOCAL: _LOCAL_RESULTS, REMOTE: _RESULTS, RUN: _LOCAL_RESULTS}
    always = ["stdout", "stderr"]
    logging = {"type": "string", "enum": [{"value": value} for value in LOGGING]}
    return json.dumps(
        {
            "name": "command",
            "version": VERSION,
            "description": "Commands run here or over SSH, as part of the life of a resource.",
            "config": {},
            "provider": {},
            "types": {
                CONNECTION: _object(CONNECTION_PROPERTIES, ["host"]),
                PROXY: _object(PROXY_PROPERTIES, ["host"]),
                "command:local:Logging": logging,
                "command:remote:Logging": logging,
            },
            "resources": {
                token: {
                    **_object({**INPUTS[token], **results[token]}, [*REQUIRED[token], *always]),
                    "inputProperties": INPUTS[token],
                    "requiredInputs": REQUIRED[token],
                }
                for token in (LOCAL, REMOTE)
            },
            "functions": {
                RUN: {
                    "inputs": _object(INPUTS[RUN], REQUIRED[RUN]),
                    "outputs": _object({**INPUTS[RUN], **results[RUN]}, [*REQUIRED[RUN], *always]),
                }
            },
        }
    )


def _object(properties: Specs, required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}
