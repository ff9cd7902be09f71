"""Many who look while others record and the tables are built anew: no fault, no row of another question."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from werkzeug.test import Client

from application.app import Longcase
from application.commands import cases
from application.envelope import Envelope
from domain.cases.events import RISKS
from ledger.reader import now
from ledger.sqlite.reader import SQLiteReader
from ledger.sqlite.recorder import SQLiteRecorder
from projections.runner.rebuild import rebuild
from projections.runner.runner import Runner
from tests.web.sites import BASE, PORT, let_in, opened

if TYPE_CHECKING:
    from tests.web.sites import Opened

READERS, ROUNDS = 8, 10
POSITION = re.compile(r'data-position="(\d+)"')


def record(path: Path, over: Event, recorded: list[int], name: str) -> None:
    """Report one case after the other, and note the position of each once it is acknowledged."""
    recorder, number = SQLiteRecorder.open(str(path)), 0
    app = Longcase(recorder)
    while not over.is_set():
        number += 1
        done = cases.report(app, f"{name}-{number}", Envelope("PS 1"), category="other")
        recorded.append(done.entry.position)
    recorder.close()


def build_anew(path: Path, over: Event) -> None:
    """Build the tables anew, again and again."""
    reader = SQLiteReader.reading(str(path))
    runner = Runner(reader)
    runner.catch_up()
    while not over.is_set():
        rebuild(runner)
    reader.close()


def look(found: Opened, secret: str, recorded: list[int], risk: str) -> list[str]:
    """Ask again and again for cases of one risk, and return what is wrong with the answers."""
    client, wrong = Client(found.site), list[str]()
    client.set_cookie(f"longcase-{PORT}", secret, domain="127.0.0.1")
    query = f"risk={risk.replace(' ', '%20')}"
    for _ in range(ROUNDS):
        acknowledged = max(recorded, default=0)
        page = client.get(f"/stalled?{query}", base_url=BASE)
        data = client.get(f"/cases.json?{query}", base_url=BASE)
        if (page.status_code, data.status_code) != (200, 200):
            wrong.append(f"{page.status_code} {data.status_code}: {page.text[:2000]}")
            continue
        position = POSITION.search(page.text)
        if position is None or int(position[1]) < acknowledged:
            wrong.append(f"older than {acknowledged}")
        assert data.json is not None
        wrong += [f"{one['reference']} of {risk}" for one in data.json["items"] if one["risk"] != risk]
    return wrong


def test_everybody_is_answered_what_they_asked(demo: Path, tmp_path: Path) -> None:
    """Eight who look, two who record and one who rebuilds: every answer is whole, current and of its question."""
    path, over, recorded = Path(shutil.copy(demo, tmp_path / "store.db")), Event(), list[int]()
    with opened(path, now=now()) as found, ThreadPoolExecutor(READERS + 3) as pool:
        cookie = let_in(found).get_cookie(f"longcase-{PORT}", domain="127.0.0.1")
        assert cookie is not None
        others = [pool.submit(record, path, over, recorded, name) for name in ("A", "B")]
        others.append(pool.submit(build_anew, path, over))
        asked = [
            pool.submit(look, found, cookie.value, recorded, RISKS[number % len(RISKS)])
            for number in range(READERS)
        ]
        try:
            assert [one.result() for one in asked] == [[]] * READERS
        finally:
            over.set()
        for one in others:
            one.result()
    assert found.kept == []
    assert len(recorded) > 1
