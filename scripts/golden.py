# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden.json, the hashes that pin the noise; ``python scripts/golden.py``.

New hashes are welcome at any time. Where one that is there would change, the noise has changed: that is refused unless
kStreamVersion in cpp/rng/counter.hpp was raised (and the package built again).
"""

import json
import sys
from pathlib import Path

from maruyama import _core

ROOT = Path(__file__).parent.parent
PINNED = ROOT / "tests" / "golden.json"
sys.path.insert(0, str(ROOT / "tests"))
import golden  # noqa: E402

found = {"stream_version": _core.STREAM_VERSION, "hashes": golden.hashes()}
if PINNED.exists():
    old = json.loads(PINNED.read_text())
    changed = [name for name, value in old["hashes"].items() if found["hashes"].get(name, value) != value]
    if changed and old["stream_version"] >= found["stream_version"]:
        sys.exit("\n".join(["raise kStreamVersion in cpp/rng/counter.hpp first; these changed:", *changed]))
PINNED.write_text(json.dumps(found, indent=1) + "\n")
print(f"{len(found['hashes'])} hashes of stream version {found['stream_version']} in {PINNED.relative_to(ROOT)}")
