"""One plan of all twins, shared by the session."""

import pytest

from ..modules import planning
from . import twin


@pytest.fixture(scope="session")
def twins(tmp_path_factory):
    """What Terraform shows for a root that calls every twin."""
    settings = planning.environment(tmp_path_factory.mktemp("terraform"))
    return twin.planned(tmp_path_factory.mktemp("twins"), settings)
