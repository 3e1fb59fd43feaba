"""Notes of a merge request on GitLab.

Source: REST API v4, notes of merge requests; predefined variables of GitLab CI.
"""

from __future__ import annotations

from report.pull_request.forge import PER_PAGE, Api, Comment, PostingFailed, needed

_REMEDIES = {
    401: "KDUMP_COMMENT_TOKEN is not, or no longer, valid.",
    403: "The token may not write here: it must be a project access token with the scope `api` and the role Reporter "
    "or higher.",
    404: "There is no such project or merge request, or the token does not see it: it must be one of this project.",
}


class GitLab:
    """The conversation of the merge request that this job runs for."""

    def __init__(self) -> None:
        """Raises PostingFailed where the environment does not tell what is needed."""
        token = needed(
            "KDUMP_COMMENT_TOKEN",
            "a project access token with the scope api, as a masked variable of the project (a job's own token may "
            "not write notes)",
        )
        url = needed("CI_API_V4_URL", "the address of GitLab's API, which GitLab sets")
        project, number = (
            needed("CI_PROJECT_ID", "the project's number, which GitLab sets"),
            needed("CI_MERGE_REQUEST_IID", "the merge request's number, which pipelines of merge requests have"),
        )
        if not (project.isdecimal() and number.isdecimal()):
            raise PostingFailed("CI_PROJECT_ID and CI_MERGE_REQUEST_IID must be numbers.")
        self._notes = f"/projects/{project}/merge_requests/{number}/notes"
        self._api = Api(url, "PRIVATE-TOKEN", "", token, _REMEDIES)
        told, _ = self._api.call("GET", "/user")
        self._self = told.get("id") if isinstance(told, dict) else None

    def page(self, number: int) -> tuple[list[Comment], bool]:
        """A page of notes, oldest first, and whether there is another. Raises PostingFailed."""
        query = f"order_by=created_at&sort=asc&per_page={PER_PAGE}&page={number}"
        told, headers = self._api.call("GET", f"{self._notes}?{query}")
        notes = [
            Comment(each["id"], each.get("body") or "", (each.get("author") or {}).get("id") == self._self)
            for each in told
            if not each.get("system")
        ]
        return notes, bool(headers.get("X-Next-Page", "").strip())

    def create(self, body: str) -> None:
        """Post a note. Raises PostingFailed."""
        self._api.call("POST", self._notes, {"body": body})

    def update(self, comment: int, body: str) -> None:
        """Write a note anew. Raises PostingFailed."""
        self._api.call("PUT", f"{self._notes}/{comment}", {"body": body})
