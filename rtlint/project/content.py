"""The files of a run as they were read, what counts beside them, and whom to tell of it."""

from __future__ import annotations

from collections.abc import Callable

from rtlint import TYPE_CHECKING
from rtlint.project.configure import Configurations
from rtlint.project.known import NOTHING, Told
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from rtlint.project.cluster import Target


class Content(NamedTuple):
    """A file as it was read.

    `name` is what the report calls it, `path` where it lies ("-" is standard input), or the folder
    that it was rendered of. `data` is None where the file cannot hold a KubeVirt object, where it
    is to be read again (`is_stream`), piece by piece unless it is fixed, and where it was not read
    for a `problem`. `told` is what it says of others, `size` what there is to lint in bytes.
    """

    name: str
    path: str
    data: bytes | None
    told: Told = NOTHING
    is_stream: bool = False
    problem: Unreadable | None = None
    size: int = 0

    @property
    def is_linted(self) -> bool:
        return self.data is not None or self.is_stream or self.problem is not None


class Surroundings(NamedTuple):
    """What counts beside the linted files.

    `stdin_name` is what to call standard input, `instancetypes` are paths that are read for
    instancetypes and preferences only, `cluster` is what the user says the cluster is.
    `configurations` say what counts for single files. `render`: also what Helm and Kustomize make
    of the folders. `include_docs`: also the documentation in them. `may_stream`: nothing needs the
    whole text of a large file. `holds_one`: nothing needs the text of a file when the next is
    linted.
    """

    stdin_name: str
    instancetypes: tuple[str, ...]
    cluster: Target | None
    configurations: Configurations | None = None
    render: bool = False
    include_docs: bool = False
    may_stream: bool = False
    holds_one: bool = False


def _nobody(*_: object) -> None:
    """Is told, and tells nobody."""


class Tell(NamedTuple):
    """Whom to tell what is not a finding.

    `fail` is told failures, which end in status 2, `note` what people should know, `detail` which
    files are read and which are passed over, `progress` how many files of how many are done. By
    default nobody is told.
    """

    fail: Callable[[str], None] = _nobody
    note: Callable[[str], None] = _nobody
    detail: Callable[[str], None] = _nobody
    progress: Callable[[int, int], None] = _nobody
