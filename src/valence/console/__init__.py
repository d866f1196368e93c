"""x."""

from dataclasses import dataclass
from typing import Any


@dataclass
class ConsoleServices:
    settings: Any
    clock: Any
    tenancy: Any
    oauth_apps: Any
    catalog: Any
    instances: Any
    credentials: Any
    gateway: Any


def create_console(s: Any) -> Any:
    return None
