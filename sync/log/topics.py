"""The names of the log's topics."""

from __future__ import annotations

CHANGES = "changes"
"""Change events, read by the service."""
OUTCOMES = "outcomes"
"""What was written, for other readers."""
DEADLETTERS = "deadletters"
"""What could not go on, for other readers."""

TOPICS = (CHANGES, OUTCOMES, DEADLETTERS)


def topic_name(topic: str, prefix: str = "dualwrite.") -> str:
    """A topic's full name.

    Raises:
        ValueError: There is no such topic.
    """
    if topic not in TOPICS:
        raise ValueError(f"There is no topic {topic!r}; there are {', '.join(TOPICS)}.")
    return prefix + topic
