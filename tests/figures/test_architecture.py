"""The diagram says each layer's shape and parameters, and blocks are as wide as maps."""

from types import SimpleNamespace

import pytest
from matplotlib.patches import FancyBboxPatch

from cnnviz.figures import architecture
from cnnviz.figures._style import TOKENS

ROWS = [
    {"name": "conv1", "op": "conv2d", "shape": (1, 8, 28, 28), "params": 1208},
    {"name": "pool1", "op": "max_pool2d", "shape": (8, 14, 14), "params": 0},
    {"name": "linear", "op": "linear", "shape": (1, 10), "params": 15690},
]


def test_each_layer_has_its_name_operation_shape_and_parameters() -> None:
    texts = [text.get_text() for text in architecture(ROWS, title="net").texts]
    assert texts[:4] == ["conv1", "conv2d", "8 × 28 × 28", "1,208"]
    assert texts[4:7] == ["pool1", "max_pool2d", "8 × 14 × 14"]
    assert texts[7:11] == ["linear", "linear", "10", "15,690"]
    assert texts[11:] == ["layer", "output", "parameters"]


def test_blocks_stand_in_order_and_narrow_with_the_maps() -> None:
    blocks = [p for p in architecture(ROWS).patches if isinstance(p, FancyBboxPatch)]
    outputs = [p for p in blocks if p.get_alpha() == 0.45]
    assert [p.get_y() for p in outputs] == sorted(p.get_y() for p in outputs)
    widths = [p.get_width() for p in outputs]
    assert widths[0] > widths[1] > widths[2] > 0


def test_layers_with_parameters_and_no_others_have_the_violet_bar() -> None:
    patches = architecture(ROWS).patches
    violet = [p for p in patches if p.get_alpha() is None]
    assert [round(p.get_y() + 0.36) for p in violet] == [0, 2]
    assert {p.get_facecolor() for p in violet} == {
        (*[int(TOKENS["parameter"][i : i + 2], 16) / 255 for i in (1, 3, 5)], 1.0)
    }


def test_objects_will_do_as_well_as_mappings() -> None:
    of_objects = architecture([SimpleNamespace(**row) for row in ROWS])
    assert [t.get_text() for t in of_objects.texts] == [t.get_text() for t in architecture(ROWS).texts]


def test_a_hundred_layers_keep_the_height_of_a_row() -> None:
    few, many = architecture(ROWS).figure, architecture(ROWS * 34).figure
    assert many.get_figheight() - few.get_figheight() == pytest.approx(99 * 0.27)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "architecture needs at least one layer, got none"),
        ([ROWS[0], {"name": "a", "op": "relu"}], r"needs rows with name, op, shape and params \(row 1\), got no shape"),
        ([{**ROWS[0], "shape": (1, 0, 2, 2)}], "needs shape of row 0 of at least 1, got 0"),
    ],
)
def test_rows_that_lack_something_are_refused(rows: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        architecture(rows)
