"""A verdict's text and HTML: the same for the same answer, readable without colour, and nothing unescaped."""

import numpy as np
import pytest

from cnnviz import check


def test_a_right_answer_is_one_line() -> None:
    verdict = check.relu(lambda x: np.maximum(x, 0))
    assert repr(verdict) == "Right: relu agrees in all 5 cases."
    assert "<strong>✓ Right:</strong> relu agrees in all 5 cases." in verdict._repr_html_()


def test_a_wrong_answer_shows_name_hint_and_the_smallest_case() -> None:
    verdict = check.max_pool2d(lambda x, kernel_size, stride=None: x[:, :, ::kernel_size, ::kernel_size])
    assert repr(verdict) == "\n".join(
        [
            "Not yet: one pixel for each window (max_pool2d, right in 1 of 12 cases)",
            "Each window gives the pixel in one fixed place, whatever the others hold: pixels are skipped, "
            "not compared.",
            "",
            "The smallest case that shows it:",
            "    f(x, kernel_size=2)   # one window",
            "    x (1, 1, 2, 2)",
            "      [0, 0] 1 5",
            "             4 2",
            "    expected (1, 1, 1, 1)",
            "      [0, 0] 5",
            "    got (1, 1, 1, 1)",
            "      [0, 0] 1",
            "    they differ first at [0, 0, 0, 0]: 5 expected, 1 came",
        ]
    )


def test_a_wrong_shape_is_said_as_shapes() -> None:
    text = repr(check.max_pool2d(lambda x, kernel_size, stride=None: x.max(axis=(2, 3))))
    assert "the shape should be (1, 1, 1, 1), and is (1, 1)" in text


def test_numbers_and_floats_are_said_plainly() -> None:
    wrong = check.output_size(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s)
    assert "f(size=3, kernel=3, stride=1, padding=0, dilation=1)   # a window that just fits" in repr(wrong)
    assert "1 expected, 0 came" in repr(wrong)
    floats = check.output_size(lambda n, k, s, p, d: float((n + 2 * p - d * (k - 1) - 1) // s + 1))
    assert floats.misconception == "float for a whole number"
    assert "got 1.0" in repr(floats)
    assert "it is a float and should be an int" in repr(floats)


def test_the_text_is_the_same_every_time() -> None:
    def function(x):
        raise ValueError(f"{object()} is <wrong>\n  here")

    first, second = check.relu(function), check.relu(function)
    assert repr(first) == repr(second)
    assert first._repr_html_() == second._repr_html_()
    assert "0x..." in repr(first)


def test_the_html_escapes_what_came_from_the_function() -> None:
    def function(x):
        raise ValueError("<script>alert(1)</script>")

    html = check.relu(function)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_html_says_it_in_words_and_marks_code() -> None:
    html = check.relu(lambda x: None)._repr_html_()
    assert "✗ Not yet:" in html
    assert "<code>return</code>" in html


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0, 3), ()])
def test_empty_and_single_answers_are_shown(shape: tuple[int, ...]) -> None:
    assert f"is {shape}" in repr(check.relu(lambda x: np.ones(shape, np.float32)))


def test_a_flood_of_numbers_is_counted_not_shown() -> None:
    assert "1000000 numbers, too many to show" in repr(check.relu(lambda x: np.ones((1000, 1000))))


def test_nan_is_shown_and_differs() -> None:
    assert "3 expected, nan came" in repr(check.relu(lambda x: x * np.nan))
