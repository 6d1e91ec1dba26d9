"""A short drill of a real house: what it answered with success is there, and whoever it refused got a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from dugnad.site.drill.servers import NotHere, postgres_programs

pytestmark = [pytest.mark.processes, pytest.mark.redis]

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_house_that_is_killed_and_loses_its_database_and_redis_keeps_every_write() -> None:
    engine = "postgres" if connection.vendor == "postgresql" else "sqlite"
    if engine == "postgres":
        try:
            postgres_programs()
        except NotHere as reason:
            pytest.skip(str(reason))
    command = [sys.executable, "-m", "dugnad.site.drill", "--quick", "--json", "--seed", "11", "--database", engine]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "src", timeout=300, check=False)
    assert done.stderr == ""
    (report,) = json.loads(done.stdout)
    assert [one for one in report["looked"] if not one["held"]] == []
    assert [trouble for trouble in report["troubles"] if trouble["wrong"]] == []
    assert report["bare"] == []
    assert (report["held"], done.returncode) == (True, 0)
    writes = report["looked"][0]
    assert writes["wanted"] == writes["found"] > 10
    assert report["troubles"][0]["times"] == 3
