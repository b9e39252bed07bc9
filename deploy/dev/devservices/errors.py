"""The one error of these tools."""


class ServiceError(Exception):
    """A service cannot be installed, started or stopped.

    Attributes:
        thing: What failed, in a few words.
        place: The file, address or command where it failed.
        cure: What a person can do about it.
        detail: The end of a log or of a command's output, possibly empty.
    """

    def __init__(self, thing: str, place: str, cure: str, detail: str = "") -> None:
        super().__init__(thing)
        self.thing = thing
        self.place = place
        self.cure = cure
        self.detail = detail

    def __str__(self) -> str:
        """Render thing, place and cure on lines of their own, then the detail."""
        text = f"{self.thing}\n  where: {self.place}\n  cure:  {self.cure}"
        if self.detail:
            text += "\n  last output:\n" + "\n".join(
                f"    {line}" for line in self.detail.splitlines()
            )
        return text
