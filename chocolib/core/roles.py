"""Who may see what: a viewer sees the plant, an admin sees who looks and how the house fares."""

from __future__ import annotations

from typing import Literal

Role = Literal["viewer", "admin"]
