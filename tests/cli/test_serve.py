"""`archcalc serve` as a process: it says where, answers, and ends with Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
from http.client import HTTPConnection

import pytest

from archcalc.live.page_files import EDITOR, LIVE
from tests.cli.processes import INTERRUPTIBLE, PLAIN, ended
from tests.house.plan import ROOT


@pytest.mark.skipif(not (LIVE / EDITOR).is_file(), reason="the editor is not built: npm run build in web/")
def test_it_says_where_it_serves_and_ends_with_ctrl_c() -> None:
    command, pipe = [*INTERRUPTIBLE, "serve", "lenet5", "--port", "0"], subprocess.PIPE
    with ended(subprocess.Popen(command, cwd=ROOT, env=PLAIN, stdout=pipe, stderr=pipe, text=True)) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        assert told.startswith("archcalc serves http://127.0.0.1:")
        port = int(told.split(":")[2].split("/")[0])
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/")
        assert b"<title>archcalc</title>" in connection.getresponse().read()
        connection.close()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
