"""Headings of columns, as people in several countries write them."""

from __future__ import annotations

import pytest

from archcalc.studies.homework.headings import HEADINGS, ColumnHeading, heading_of
from tests.studies.homework.marked import marked, statuses, written

SPELLINGS = {
    "layer": "Layer|Layer (type)|Layer name|Name|Block|층|레이어|层|层名|網絡層|層|レイヤー|Schicht|Couche|Capa|Nom de la couche",
    "type": "Type|Layer type|Kind|Typ|Tipo|类型|종류",
    "output": "Output|Output shape|Output Size|Output dimension|Output dimensions|Activation map dimensions|"
    "Activation volume dimensions|Activation shape|Shape|Size|Feature map|Feature map size|Dim.|Volume|출력 크기|출력|"
    "출력 형태|输出尺寸|输出大小|輸出|特征图大小|出力サイズ|出力形状|Ausgabe|Ausgabegröße|Größe der Ausgabe|Ausgabe-Dimension|"
    "Sortie|Taille de sortie|Dimension de la sortie|Forme de sortie|Salida|Tamaño de salida|Dimensión de salida",
    "params": "Params|# Params|#Params|Param #|# of parameters|No. of params|Number of trainable parameters|Parameters:|"
    "Total params|Weights + biases|Learnable parameters|my parameters|매개변수|매개변수 수|파라미터 수|参数|参数量|参数个数|"
    "パラメータ数|Parameter|Anzahl Parameter|Parameteranzahl|Anzahl der Parameter|Paramètres|Nombre de paramètres|"
    "Parámetros|Número de parámetros",
    "weights": "Weights|# weights|가중치|权重|重み|Gewichte|Poids|Pesos",
    "biases": "Biases|Bias|편향|偏置|バイアス|Biais|Sesgos",
    "macs": "MACs|Mult-Adds|Multiply-accumulates|연산량|乘加次数|计算量|演算量|FLOPs|Multiplications|Multiplikationen",
    "activations": "Activations|Activation Size|# activations|Memory|활성화|激活值|Aktivierungen",
    "rf": "RF|Receptive field|Receptive field size|Rec. field|수용 영역|수용영역|感受野|受容野|Rezeptives Feld|"
    "Champ réceptif|Taille du champ récepteur|Campo receptivo",
    "given": "Input|Input shape|Kernel size|Filter|Stride|Output channels|입력|卷积核|Eingabe|Kernelgröße|Schrittweite|Entrée",
}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, row in SPELLINGS.items() for text in row.split("|")])
def test_a_heading_is_understood(key: str, text: str) -> None:
    found = heading_of(text)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("text", ["Colour", "what I think", "Homework 3", "Points", "42", "점수", "Punkte"])
def test_what_is_no_heading(text: str) -> None:
    assert heading_of(text) is None


def test_units_stand_in_or_after_the_heading() -> None:
    assert heading_of("Parameter in Mio") == ColumnHeading("params", 6)
    assert heading_of("Params [K]") == ColumnHeading("params", 3)
    assert heading_of("참수 (M)") is None
    assert heading_of("매개변수 (M)") == ColumnHeading("params", 6)


def test_a_word_belongs_to_one_column() -> None:
    words = [word for row in HEADINGS.values() for word in row.split()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    "header", ["Schicht,Ausgabe,Parameter", "층,출력 크기,매개변수", "层,输出尺寸,参数量", "層,出力サイズ,パラメータ数",
               "Couche,Taille de sortie,Nombre de paramètres", "Capa,Tamaño de salida,Parámetros"],
)  # fmt: skip
def test_a_sheet_in_another_language_is_graded(header: str) -> None:
    found = marked(f"{header}\nconv1,55x55x96,34944\npool1,27x27x96,0", "alexnet")
    assert set(statuses(found).values()) == {"right"}
    assert len(found.cells) == 4


def test_a_column_of_activations_that_holds_shapes_is_about_outputs() -> None:
    sizes = written("layer,Activation Size\nconv1,290400")
    assert list(sizes.headings) == ["activations"]
    assert list(written("layer,Activation Size\nconv1,55x55x96").headings) == ["output"]


def test_a_row_whose_words_are_like_headings_is_a_row() -> None:
    found = written("layer,output,params\nconv (output),55x55x96,34944\nmax pool size,27x27x96,0")
    assert [line.label for line in found.lines] == ["conv (output)", "max pool size"]
