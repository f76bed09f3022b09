"""GitHub's REST answers, by what they are about."""
