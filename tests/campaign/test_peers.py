"""Six peers that are no IUT: nothing passes, nothing fails, and the run says why."""

import json
from contextlib import ExitStack
from pathlib import Path

from support.campaigns import QUICK_TIMES, atverdict_process
from support.peers import KINDS, peer

UNPROVED = "the peer did not pass the basic interconnection test"


def test_peers_that_prove_nothing_pass_nothing(tmp_path: Path) -> None:
    (tmp_path / "pixit.toml").write_text(QUICK_TIMES)
    with ExitStack() as peers:
        running = {
            kind: atverdict_process(
                tmp_path,
                *("run", "--iut", peers.enter_context(peer(kind))),
                *("--pixit", "pixit.toml", "--out", kind),
            )
            for kind in KINDS
        }
        ended = {kind: (*process.communicate(), process) for kind, process in running.items()}
    for kind, (out, err, process) in ended.items():
        assert process.returncode == 2, (kind, out, err)
        assert "Traceback" not in err, kind
        result = json.loads((tmp_path / kind / "result.json").read_bytes())
        assert result["verdict"] == "inconclusive", kind
        verdicts = {shown["verdict"] for shown in result["requirements"].values()}
        assert not verdicts & {"pass", "fail", "warning"}, kind
        expected = "nobody listens" if kind == "absent" else UNPROVED
        assert expected in result["inconclusive_because"], kind
        assert "INCONCLUSIVE" in out, kind
        assert result["plans_used"] == 0, kind
