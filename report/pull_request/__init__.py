"""What a preview found, as one comment in a pull request, and the way of that comment to GitHub or GitLab."""
