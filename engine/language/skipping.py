"""Makes PULUMI_CONTINUE_ON_ERROR work in Python programs: what fails stops only what depends on it.

With it the engine goes on after a failure, and skips what depends on the failed resource. For that it must
hear of the dependents. The Python SDK takes a failure as an exception in everything that depends on it
instead: the first dependent ends the program with a traceback, and resources of other hosts that wait for
their turn are never asked for. (Only hiding the exception would be worse: the engine deletes what a program
that ended well has not registered.)

This file needs nothing of this project, so that it can be used with any engine.
"""

from typing import Any

from google.protobuf import empty_pb2, struct_pb2

# What the SDK sends for a value that is not known. In the outputs of a real update people see it.
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN_TEXT = "not known: a resource this comes from failed in the last update"


class SkippingMonitor:
    """The engine's monitor, with failed resources told to the SDK as resources that are not known yet."""

    def __init__(self, monitor: Any) -> None:
        self._monitor = monitor
        self._failed: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitor, name)

    def RegisterResource(self, request: Any) -> Any:
        response = self._monitor.RegisterResource(request)
        if response.result:  # not SUCCESS, which is 0
            self._failed.add(response.urn)
            response.result = 0
            response.unknown = True  # the mark for what `--target` leaves out, which the SDK understands
            response.object.Clear()
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:
        if request.urn in self._failed:
            return empty_pb2.Empty()  # the engine has skipped this component and waits for no outputs
        if self._failed:
            for value in request.outputs.fields.values():
                _explain_unknown(value)
        return self._monitor.RegisterResourceOutputs(request)


def _explain_unknown(value: struct_pb2.Value) -> None:
    if value.string_value == _UNKNOWN:
        value.string_value = _UNKNOWN_TEXT
    for item in value.list_value.values if value.HasField("list_value") else ():
        _explain_unknown(item)
    for item in value.struct_value.fields.values() if value.HasField("struct_value") else ():
        _explain_unknown(item)
