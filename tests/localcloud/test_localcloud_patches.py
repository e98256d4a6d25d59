"""The self-check before MiniStack is patched."""

from __future__ import annotations

import importlib
import pkgutil
import types

import pytest

from localcloud import patches
from localcloud.errors import PatchMismatchError


def patch(**needs):
    module = types.ModuleType("a_patch")
    module.NEEDS = {name.replace("__", "."): names for name, names in needs.items()}
    return module


def test_the_installed_ministack_has_every_name_that_is_patched():
    patches.check([importlib.import_module(f"localcloud.patches.{name}") for name in patches.NAMES], patches.VERSION)


def test_every_patch_in_the_room_is_installed():
    assert sorted(patches.NAMES) == sorted(module.name for module in pkgutil.iter_modules(patches.__path__))


def test_another_version_is_refused_with_the_cure():
    with pytest.raises(PatchMismatchError, match=r"ministack 1\.5\.34 is installed.*pip install ministack==1\.5\.33"):
        patches.check([], "1.5.34")


def test_a_missing_name_is_named_with_the_patch_and_the_cure():
    broken = patch(services__dsql=("_clusters", "_gone"), core__pgproxy=("TxnState.gone",))
    with pytest.raises(PatchMismatchError) as caught:
        patches.check([broken], patches.VERSION)
    for part in ("services.dsql._gone (for a_patch)", "core.pgproxy.TxnState.gone", "--force-reinstall"):
        assert part in str(caught.value)
    assert "_clusters" not in str(caught.value)
