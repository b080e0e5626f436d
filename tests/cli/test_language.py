"""`--lang`: Korean feedback where it is asked for, English everywhere else."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest

import archcalc
from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path

HANGUL = re.compile("[가-힣]")

ADA = """network: alexnet
layers:
  conv1: {output: 54x54x96, params: "34,848"}
  pool1: {output: 26x26x96}
  conv2: {output: 26x26x256, params: 307K}
  conv3: {output: 12x12x384, params: 884736}
  fc8: {params: lots}
  conv9: {params: 1}
"""


@pytest.fixture
def ada(tmp_path: Path) -> str:
    file = tmp_path / "ada.yaml"
    file.write_text(ADA, encoding="utf-8")
    return str(file)


def test_feedback_is_korean_where_it_is_asked_for(ada: str) -> None:
    done = call("check", ada, "--lang", "ko")
    assert done.code == 1
    assert "9점 만점에 4점: 반올림한 답 1개, 앞의 답 기준 정답 3개, 오답 4개, 빈칸 2개" in done.out
    assert "편향이 빠졌어요 (params: conv1, conv3)." in done.out
    said = " ".join(done.out.split())
    assert "숫자나 크기로 읽을 수 없어요." in said
    assert "앞의 답을 기준으로 맞게 계산했어요 (기준: 내가 쓴 conv1 답) – output: pool1, conv2, conv3" in said
    assert "alexnet 네트워크에 없는 층이라 채점하지 않았어요: conv9" in said


def test_korean_feedback_does_not_contain_a_right_answer(ada: str) -> None:
    table = archcalc.load("alexnet").analyze()
    for options in ([], ["--hint"]):
        said = call("check", ada, "--lang", "ko", *options).out
        for path in ("conv1", "conv3", "fc8"):
            assert f"{table[path].params:,}" not in said
            assert str(table[path].params) not in said
        assert "55" not in said


def test_hints_and_solutions_are_korean_too(ada: str) -> None:
    assert (
        "params = W + B   해당하는 층: conv1 (너무 작아요), conv3 (너무 작아요)"
        in call("check", ada, "--lang", "ko", "--hint").out
    )
    solved = call("check", ada, "--lang", "ko", "--reveal").out
    assert "\n높이, 너비\n" in solved
    assert "\n가중치\n" in solved


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_what_programs_read_stays_english(ada: str, format_: str) -> None:
    korean = call("check", ada, "--lang", "ko", "--format", format_).out
    assert korean == call("check", ada, "--format", format_).out
    topic = call("explain", "norms", "--lang", "ko", "--format", format_).out
    assert topic == call("explain", "norms", "--format", format_).out


def test_english_is_the_language_that_nobody_asks_for(ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    english = call("check", ada).out
    assert not HANGUL.search(english)
    assert call("check", ada, "--lang", "en").out == english
    monkeypatch.setenv("ARCHCALC_LANG", "ko")
    assert HANGUL.search(call("check", ada).out)
    assert call("check", ada, "--lang", "en").out == english


@pytest.mark.parametrize("asked", [["--lang", "fr"], []])
def test_an_unknown_language_is_refused_with_those_that_are_known(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not asked:
        monkeypatch.setenv("ARCHCALC_LANG", "fr")
    done = call("explain", "norms", *asked)
    assert (done.code, done.err) == (2, "error: unknown language 'fr'\n  available: en, ko\n")


def test_a_topic_is_korean() -> None:
    said = call("explain", "fully-connected", "--lang", "ko").out
    assert "완전 연결 층과 합성곱" in said
    assert "5×5 필터 1개: 출력값 하나는" in said
    assert "완전 연결, 클래스 10개: 매개변수 404배 (비교 대상: 5×5 필터 1개)" in " ".join(said.split())


def test_a_quiz_asks_and_judges_in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("?\n1\n!\nq\n"))
    said = call("quiz", "alexnet", "--seed", "3", "--count", "2", "--lang", "ko").out
    assert said.startswith("alexnet: 2문제 (--seed 3)\n?: 힌트, !: 풀이")
    assert "매개변수는 편향을 포함해 몇 개인가요?" in " ".join(said.split())
    assert "다시 생각해 보세요. 알려진 실수로는 나오지 않는 값이에요." in said
    assert said.endswith("점수: 1문제 중 0문제 정답.\n복습할 내용: 매개변수.\n")


def test_a_worksheet_with_korean_headings_can_be_checked(tmp_path: Path) -> None:
    blank, filled = tmp_path / "hw.csv", tmp_path / "done.csv"
    columns = "output,weights,biases,params,macs,activations,rf"
    for file, options in ((blank, []), (filled, ["--key"])):
        done = call("worksheet", "alexnet", "--ask", columns, "--lang", "ko", "-o", str(file), *options)
        assert done.code == 0
    head = blank.read_text(encoding="utf-8-sig").splitlines()[0]
    assert head == "층,종류,조건,출력 크기,가중치,편향,매개변수,MACs,활성화,수용 영역"
    done = call("check", str(filled), "--format", "json")
    assert done.code == 0
    found = json.loads(done.out)
    assert found["remarks"] == []
    assert {cell["column"] for cell in found["cells"]} == set(columns.split(","))


def test_gradescope_shows_korean_feedback(ada: str) -> None:
    found = json.loads(call("check", ada, "--lang", "ko", "--format", "gradescope").out)
    assert "편향이 빠졌어요" in found["output"]
    said = {test["name"]: test["output"] for test in found["tests"]}
    assert "params 34,848: 되풀이된 실수예요. 요약을 보세요." in said["conv1"]
    assert said["pool1"].startswith("output 26x26x96: 앞의 답을 기준으로 맞아요 (기준: 내가 쓴 conv1 답).")
