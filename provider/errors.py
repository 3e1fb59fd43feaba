"""What goes wrong with a host, said so that its reader knows which host, which setting and what to do."""


class HostError(Exception):
    """A host could not be asked or changed. The message is whole: host, what was found, what to do."""

    def __init__(self, host: str, setting: str, problem: str, remedy: str) -> None:
        self.host, self.setting, self.problem, self.remedy = host, setting, problem, remedy
        where = f"{host} ({setting})" if setting else host
        super().__init__(f"{where}: {problem.rstrip('.')}. {remedy}".strip())
