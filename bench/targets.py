"""The limits that figures are held against, by the benchmark's name and the target's."""

from __future__ import annotations

import json
import operator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "targets.json"
RESULTS = Path(__file__).parent / "results"
_HOLDS = {"lower": operator.le, "higher": operator.ge}


@dataclass(frozen=True, slots=True)
class Target:
    """`value` against `limit`, which is the most or the least of it, whichever is the worse side."""

    name: str
    value: float
    limit: float
    met: bool


@dataclass
class Result:
    """One run: what was measured, row by row, and what of it was promised."""

    name: str
    machine: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    plot: str | None = None
    """SVG, of those who draw one."""

    def add(self, what: str, value: float, unit: str, **more: Any) -> None:
        self.rows.append({"what": what, "value": round(value, 4), "unit": unit, **more})

    def hold(self, target: str, value: float) -> None:
        """Against its limit. Raises KeyError for a target that is not in the file."""
        [found] = [each for each in json.loads(FILE.read_text())[self.name] if each["name"] == target] or [None]
        if found is None:
            raise KeyError(target)
        value = round(value, 4)
        self.targets.append(Target(target, value, found["limit"], bool(_HOLDS[found["better"]](value, found["limit"]))))

    def write(self) -> Path:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        told = {"machine": self.machine, "rows": self.rows, "targets": [asdict(target) for target in self.targets]}
        path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        if self.plot is not None:
            path.with_suffix(".svg").write_text(self.plot)
        return path

    def table(self) -> str:
        width = max(len(name) for name in [row["what"] for row in self.rows] + [target.name for target in self.targets])
        lines = [f"{self.name}, on {self.machine}", ""]
        lines += [f"  {row['what']:<{width}}  {row['value']:>12,.3f} {row['unit']}" for row in self.rows]
        lines += ["", "  targets"]
        for target in self.targets:
            lines.append(f"  {target.name:<{width}}  {target.value:>12,.3f} against {target.limit:g}: {'met' if target.met else 'MISSED'}")
        return "\n".join(lines)
