"""Every wrong answer that a check knows is caught and called by its own name; mixtures never pass."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.check._answers import same
from cnnviz.check._exercise import Exercise, Mistake, Spoil
from cnnviz.check.attribution import GRADCAM, OCCLUSION, SCORE_GRADIENT
from cnnviz.check.convolution import CONV2D, CORRELATE2D
from cnnviz.check.network import CROSS_ENTROPY, RELU
from cnnviz.check.pooling import MAX_POOL2D, MAX_POOL2D_BACKWARD
from cnnviz.check.receptive import FIELD_START, RECEPTIVE_FIELD
from cnnviz.check.sizes import COUNT_PARAMETERS, OUTPUT_SIZE

EXERCISES = (
    CORRELATE2D,
    CONV2D,
    MAX_POOL2D,
    MAX_POOL2D_BACKWARD,
    OUTPUT_SIZE,
    COUNT_PARAMETERS,
    RELU,
    CROSS_ENTROPY,
    RECEPTIVE_FIELD,
    FIELD_START,
    SCORE_GRADIENT,
    GRADCAM,
    OCCLUSION,
)
PLANTED = [
    pytest.param(exercise, mistake, spoil, id=f"{exercise.name}-{mistake.name}-{k}")
    for exercise in EXERCISES
    for mistake in exercise.mistakes
    for k, spoil in enumerate(mistake.spoils)
]
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)


@pytest.mark.parametrize(("exercise", "mistake", "spoil"), PLANTED)
def test_a_planted_wrong_answer_is_caught_and_called_by_its_name(
    exercise: Exercise, mistake: Mistake, spoil: Spoil
) -> None:
    verdict = exercise.judge(exercise.spoiled(spoil))
    assert not verdict
    assert verdict.misconception == mistake.name
    assert verdict.hint == mistake.hint


@each_exercise
def test_the_right_answer_passes_all_cases(exercise: Exercise) -> None:
    verdict = exercise.judge(exercise.spoiled())
    assert verdict
    assert (verdict.passed, verdict.total) == (len(exercise.cases), len(exercise.cases))
    assert verdict.misconception is None
    assert verdict.case is None


@each_exercise
def test_cases_go_from_the_smallest_to_the_largest(exercise: Exercise) -> None:
    sizes = [case.size for case in exercise.cases]
    assert sizes == sorted(sizes)


@each_exercise
def test_names_and_cases_are_told_apart_by_their_words(exercise: Exercise) -> None:
    names = [mistake.name for mistake in exercise.mistakes]
    about = [case.about for case in exercise.cases]
    assert len(set(names)) == len(names)
    assert len(set(about)) == len(about)
    assert all(mistake.hint.endswith((".", "?")) for mistake in exercise.mistakes)


def _answers(exercise: Exercise, *spoils: Spoil) -> list[np.ndarray | None]:
    return [exercise._planted(case, *spoils) for case in exercise.cases]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_two_mistakes_at_once_pass_only_where_they_cancel(data: st.DataObject) -> None:
    exercise = data.draw(st.sampled_from(EXERCISES))
    spoils = st.sampled_from([spoil for mistake in exercise.mistakes for spoil in mistake.spoils])
    first, second = data.draw(spoils), data.draw(spoils)
    pairs = zip(_answers(exercise, first, second), _answers(exercise), strict=True)
    cancelled = all(same(answer, truth, exercise.returns) for answer, truth in pairs)
    verdict = exercise.judge(exercise.spoiled(first, second))
    assert bool(verdict) == cancelled
    if not verdict and verdict.case.got is not None:  # what was wrong is what is shown
        assert not same(verdict.case.got, verdict.case.expected, exercise.returns)


def test_two_mistakes_at_once_are_both_named() -> None:
    spoils = {mistake.name: mistake.spoils[0] for mistake in CONV2D.mistakes}
    verdict = CONV2D.judge(CONV2D.spoiled(spoils["flipped kernel"], spoils["forgotten bias"]))
    assert verdict.misconception == "flipped kernel and forgotten bias"
    assert "turned by 180°" in verdict.hint
    assert "bias is missing" in verdict.hint


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_a_single_wrong_number_anywhere_does_not_pass(data: st.DataObject) -> None:
    exercise = data.draw(st.sampled_from([e for e in EXERCISES if e.returns == "array"]))
    where = data.draw(st.integers(0, len(exercise.cases) - 1))
    answers = iter([(k, exercise._truth(case).astype(float)) for k, case in enumerate(exercise.cases)])
    cell = data.draw(st.integers(0, exercise._truth(exercise.cases[where]).size - 1))
    by = data.draw(st.sampled_from([-1.0, 0.5, 100.0, np.nan, np.inf]))

    def function(*args: object, **kwargs: object) -> np.ndarray:
        k, answer = next(answers)
        if k == where:
            answer.flat[cell] += by
        return answer

    verdict = exercise.judge(function)
    assert not verdict
    assert verdict.case.about == exercise.cases[where].about
    assert verdict.passed == len(exercise.cases) - 1
