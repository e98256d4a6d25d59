"""The project's documents, read as a reader's browser and shell would."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_IMAGE = re.compile(r'!\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"')


@dataclass(frozen=True)
class Document:
    """A Markdown file of the repository."""

    name: str

    @property
    def path(self):
        return REPOSITORY / self.name

    @property
    def text(self):
        return self.path.read_text()

    def blocks(self, language):
        """Fenced blocks of one language."""
        return [body for found, body in _FENCE.findall(self.text) if found == language]

    @property
    def prose(self):
        """The text without fenced blocks."""
        return _FENCE.sub("", self.text)

    def links(self):
        """What it links to, fenced and inline code left out."""
        return _LINK.findall(re.sub(r"`[^`\n]+`", lambda code: "x" * len(code[0]), self.prose))

    def images(self):
        return [one or other for one, other in _IMAGE.findall(self.prose)]

    def code(self):
        """Inline code."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def anchors(self):
        """Names that a link may end in: https://docs.github.com/en/get-started/writing-on-github, "Section links"."""
        found = []
        for heading in re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
            slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
            again = sum(one == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", one) is not None for one in found)
            found.append(f"{slug}-{again}" if again else slug)
        return {*found, *re.findall(r'<a (?:id|name)="([^"]+)"', self.text)}


def documents():
    """Every Markdown file that git knows; `infra/readmes` are parts of generated ones."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [Document(name) for name in listed.stdout.split() if not name.startswith("infra/readmes/")]


def commands(block):
    """Commands of a shell block: comments removed, continued lines joined."""
    lines = re.sub(r"\\\n\s*", "", block).splitlines()
    return [command for line in lines if (command := re.sub(r"(^|\s)#\s.*$", "", line).strip())]
