"""The kinds of field there are: every module of this package that has a `KIND`. There is no list to keep."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

import models.fields
from models.fields.base import FieldKind


@cache
def kinds() -> Mapping[str, FieldKind[Any, Any]]:
    """Every kind, by its name."""
    modules = [import_module(f"{models.fields.__name__}.{module.name}") for module in pkgutil.iter_modules(models.fields.__path__)]
    found = [module.KIND for module in modules if hasattr(module, "KIND")]
    return MappingProxyType({kind.name: kind for kind in found})


def kind_of(field: Mapping[str, Any]) -> FieldKind[Any, Any]:
    """The kind of a stored field or a stored answer."""
    return kinds()[field["kind"]]
