"""How the columns of a table are headed: one table of words, in the languages in which classes are taught."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.derivation import ACTIVATIONS, BIASES, FIELD, MACS, OUTPUT, PARAMS, WEIGHTS
from archcalc.studies.homework.number_reading import plain, unaccented

if TYPE_CHECKING:
    from collections.abc import Iterable

LAYER, TYPE, FLOPS, GIVEN = "layer", "type", "flops", "given"

HEADINGS = {
    FIELD: "rf receptive receptive_field field 수용 수용_영역 수용영역 수용_필드 수용장 感受野 受容野 "
    "rezeptives_feld rezeptiv champ_receptif champ_recepteur campo_receptivo campo_recettivo",
    FLOPS: "flops flop floating_point 浮点运算 浮點運算 浮動小数点 부동소수점 gleitkomma",
    MACS: "mac macs mult_adds multadds mult_add multiply_adds multiply_accumulates multiply_accumulate mults "
    "multiplications multiplikationen multiplicaciones cost operations operationen operaciones 연산량 곱셈 "
    "乘加 乘法 计算量 計算量 運算量 演算量 積和",
    PARAMS: "params param parameters parameter parametros parametres parametre parametri parameteranzahl "
    "parameterzahl learnables 매개변수 파라미터 모수 参数 參數 パラメータ パラメーター",
    WEIGHTS: "weights weight w gewichte gewicht poids pesos peso 가중치 权重 權重 重み",
    BIASES: "biases bias b biais sesgos sesgo schwellwerte 편향 바이어스 偏置 偏差 バイアス",
    GIVEN: "given input inputs kernel kernels stride strides padding pad filters filter groups dilation dilatation k "
    "s p f channels channel chw hwc height width depth notes note remarks remark comment comments "
    "hyperparameters configuration config formula calculation eingabe eingang kern "
    "kernelgrosse filtergrosse schrittweite kanale entree "
    "noyau pas remplissage canaux entrada nucleo paso relleno canales bemerkung kommentar remarque nota 입력 "
    "커널 필터 보폭 스트라이드 패딩 채널 조건 비고 输入 輸入 卷积核 卷積核 步长 步幅 填充 通道 备注 備註 入力 "
    "カーネル フィルタ ストライド パディング チャネル 備考",
    TYPE: "type kind typ art operation_type tipo 종류 유형 타입 类型 類型 種類 タイプ",
    OUTPUT: "output outputs out shape shapes size sizes dimension dimensions dims dim volume feature_map feature_maps "
    "map ausgabe ausgang ausgabegrosse ausgabeform ausgabedimension grosse form sortie taille forme salida "
    "tamano saida uscita 출력 크기 형태 모양 특징맵 특성맵 输出 輸出 尺寸 大小 形状 特征图 特徵圖 出力 サイズ "
    "特徴マップ",
    ACTIVATIONS: "activations activation values memory act neurons aktivierungen aktivierung activaciones speicher "
    "memoire memoria 활성화 활성값 激活 激活值 活性化 活性値 活性化値",
    LAYER: "layer layers name names row path operation op module stage block schicht schichten lage ebene couche "
    "couches capa capas camada strato laag 층 레이어 계층 이름 层 層 层名 层级 名称 名稱 レイヤー レイヤ 層名",
}  # fmt: skip
"""The words of each column, those of the likelier columns first: a heading with words of two is that of the first."""

EXACT = {
    "activation_size": ACTIVATIONS,
    "activations_size": ACTIVATIONS,
    "activation_volume": OUTPUT,
    "output_chw": OUTPUT,
    "output_hwc": OUTPUT,
    "output_channels_first": OUTPUT,
    "output_channels_last": OUTPUT,
    "output_height_width_channels": OUTPUT,
    "receptive_field_size": FIELD,
}
"""Headings that are not what their words are."""

TOLD = frozenset({LAYER, TYPE, GIVEN})
"""Columns that ask nothing."""

FILLERS = frozenset(
    [
        "number",
        "numbers",
        "num",
        "no",
        "nr",
        "of",
        "the",
        "a",
        "total",
        "totals",
        "count",
        "counts",
        "trainable",
        "learnable",
        "n",
        "my",
        "your",
        "our",
        "each",
        "per",
        "this",
        "in",
        "and",
        "anzahl",
        "der",
        "die",
        "das",
        "von",
        "pro",
        "nombre",
        "de",
        "des",
        "du",
        "la",
        "le",
        "les",
        "par",
        "numero",
        "del",
        "el",
        "los",
        "las",
        "por",
        "zahl",
    ]
)
_KEYS = {word: key for key, words in HEADINGS.items() for word in words.split()}
_RANK = {key: place for place, key in enumerate(HEADINGS)}
_JOINED = [word for word in _KEYS if not word.isascii()]
"""Words of scripts without spaces, which may be part of a longer one."""

_POWERS = {"k": 3, "m": 6, "g": 9, "b": 9, "t": 12, "thousand": 3, "thousands": 3, "million": 6, "millions": 6,
           "tsd": 3, "mio": 6, "mrd": 9}  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")


class ColumnHeading(NamedTuple):
    """What a column answers: its key, the power of ten its heading names, and whether it is in FLOPs."""

    key: str
    power: int = 0
    flops: bool = False


def heading_of(cell: str, *, loosely: bool = True) -> ColumnHeading | None:
    """Return what a column is by its heading; unless ``loosely``, every word of it has to be known.

    >>> heading_of("Params (K)"), heading_of("# of parameters").key, heading_of("colour")
    (ColumnHeading(key='params', power=3, flops=False), 'params', None)
    >>> heading_of("GFLOPs")
    ColumnHeading(key='macs', power=9, flops=True)
    >>> [heading_of(text).key for text in ("Activation map dimensions", "출력 크기", "Ausgabegröße", "感受野")]
    ['output', 'output', 'output', 'rf']
    """
    if not _LETTER.search(cell):
        return None
    head, power = _unit(plain(cell).strip(" :*_`"))
    words = tuple(re.findall(r"[^\W_]+", unaccented(head)))
    if len(words) == 1 and words[0][:1] in _POWERS and _KEYS.get(words[0][1:]) in (MACS, FLOPS):
        power, words = _POWERS[words[0][0]], (words[0][1:],)
    key = _key(words, loosely=loosely)
    if key is None:
        return None
    return ColumnHeading(MACS, power, flops=True) if key == FLOPS else ColumnHeading(key, power)


def _unit(text: str) -> tuple[str, int]:
    """Divide a heading into its words and the power of ten that it names: ``Params (K)``, ``Parameter in Mio``."""
    head, _, inside = text.partition("(")
    if not head.strip():
        head, inside = text, ""
    last = re.fullmatch(r"(.*?)(?:\bin|/|\[)\s*([a-z]+)\.?\]?\s*", head)
    if last and last[2] in _POWERS:
        return last[1], _POWERS[last[2]]
    return head, _POWERS.get(re.sub(r"[^a-z]", "", inside), 0)


def _key(words: tuple[str, ...], *, loosely: bool) -> str | None:
    """Return the column that some words name."""
    joined = "_".join(words)
    told = tuple(word for word in words if word not in FILLERS) or words
    for whole in (joined, "_".join(told)):
        if whole in EXACT:
            return EXACT[whole]
        if whole in _KEYS:
            return _KEYS[whole]
    found = {key for word in _phrases(told) for key in _of(word)}
    if not loosely and any(not _of(word) for word in told):
        return None
    if {WEIGHTS, BIASES} <= found:
        return PARAMS
    return min(found, key=lambda key: _RANK[key], default=None)


def _phrases(words: tuple[str, ...]) -> Iterable[str]:
    yield from words
    yield from map("_".join, pairwise(words))


def _of(word: str) -> set[str]:
    if word in _KEYS:
        return {_KEYS[word]} if len(word) > 1 or not word.isascii() else set()
    return set() if word.isascii() else {_KEYS[part] for part in _JOINED if part in word}
