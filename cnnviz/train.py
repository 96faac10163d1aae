"""The training loop: batches in a seeded order, one step each, and a `History` of what came out.

`fit` trains a `cnnviz.nn` model on a `cnnviz.data` set and tells a live curve how it goes; `evaluate` scores a model.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from cnnviz import _check, nn
from cnnviz.data import Dataset, Split, to_float
from cnnviz.history import History
from cnnviz.nn.optim import Optimizer

__all__ = ["DivergedError", "History", "Score", "evaluate", "fit", "predict"]

Prepare: TypeAlias = Callable[[NDArray[Any]], NDArray[np.float32]]


@contextmanager
def _computing() -> Iterator[None]:
    """Matrix products on one thread, and no warnings of NumPy's.

    A small network's products are too small to share: on two cores that others used too, a run took 12 s on one thread
    and 66 s on two (measured). And a sum is the same whatever the number of cores. What overflows is found by looking
    at the numbers, and said in words.
    """
    with threadpool_limits(limits=1, user_api="blas"), np.errstate(over="ignore", invalid="ignore"):
        yield


class Loss(Protocol):
    """What `cnnviz.nn`'s losses are: called with scores and labels, then asked for the gradient of the scores."""

    def __call__(self, scores: NDArray[Any], labels: NDArray[np.int64], /) -> Any:
        """The loss, one number."""

    def backward(self) -> Any:
        """The gradient of the last scores."""


class Score(NamedTuple):
    """How well a model does on a split: the mean loss, and the share of right answers, 0 to 1."""

    loss: float
    accuracy: float


class DivergedError(_check.Refused, ArithmeticError):
    """Training met a loss that is not finite; `history` is what was logged until then."""

    history: History


def fit(
    model: nn.Module,
    data: Dataset | Split,
    *,
    epochs: int,
    optimiser: Optimizer,
    loss: Loss,
    batch_size: int = 64,
    seed: int | np.random.Generator = 0,
    log_every: int | None = None,
    watch: Sequence[str] = (),
    on_step: Callable[[int, float], object] | None = None,
    on_log: Callable[[History], object] | None = None,
    progress: bool = True,
    prepare: Prepare = to_float,
) -> History:
    """Train `model` in place and return what was logged.

    Every epoch goes once through data.train in an order drawn from `seed` (the same seed on the same machine: the same
    weights), `batch_size` pictures a step. After every epoch data.test is scored; a Split alone trains without a test.
    Every `log_every` steps (default: ten times an epoch) a row is logged, the parameters named in `watch` (the
    state_dict's names) are copied, and `on_log(history)` is called; `on_step(step, loss)` after every step.
    `progress` shows a bar on stderr. `prepare` makes the model's inputs of a batch of pictures.

    Raises DivergedError when the loss is no longer finite, ValueError for empty data, labels that the model has no
    output for, numbers below 1 and unknown names in `watch`, TypeError for what is no cnnviz.nn model or no data.

    >>> from cnnviz import data, models, nn
    >>> model = models.clothes(seed=0)
    >>> clothes = data.load("fashion_mnist")
    >>> history = fit(model, clothes.train[:640], epochs=2, optimiser=nn.Adam(model.parameters(), lr=0.004),
    ...     loss=nn.CrossEntropyLoss(), progress=False)
    >>> history.last("train_loss") < 1.5
    True
    """
    train, test = _splits(data)
    _check_model(model, train, test, prepare)
    epochs = _check.integer("fit", "epochs", epochs)
    batch_size = _check.integer("fit", "batch_size", batch_size)
    steps = -(-len(train) // batch_size)
    log_every = _check.integer("fit", "log_every", max(1, steps // 10) if log_every is None else log_every)
    for name in watch:
        _check.one_of("fit", "watch", name, model.state_dict())
    run = _Run(model, optimiser, loss, prepare, History(watch), steps)
    rng = np.random.default_rng(seed)

    def log(test_now: bool) -> None:
        run.log(test if test_now else None)
        if on_log is not None:
            on_log(run.history)

    with tqdm(total=epochs * steps, unit="step", file=sys.stderr, mininterval=0.5, disable=not progress) as bar:
        log(test_now=True)
        for _ in range(epochs):
            order = rng.permutation(len(train))
            for start in range(0, len(train), batch_size):
                value = run.step(train[order[start : start + batch_size]])
                if on_step is not None:
                    on_step(run.steps_done, value)
                end = start + batch_size >= len(train)
                if end or run.steps_done % log_every == 0:
                    log(test_now=end)
                    bar.set_postfix_str(run.summary(), refresh=False)
                bar.update()
    return run.history


def evaluate(
    model: nn.Module,
    split: Split,
    *,
    loss: Loss | None = None,
    batch_size: int = 250,
    prepare: Prepare = to_float,
) -> Score:
    """The mean loss (default: cross entropy) and the share of right answers, in evaluation mode.

    The loss is NaN if any score is not finite. Raises ValueError for an empty split, and for labels that the model has
    no output for.
    """
    if len(split) == 0:
        raise _check.bad_value("evaluate", "at least one picture", split)
    scores = predict(model, split.images, batch_size=batch_size, prepare=prepare)
    _check_labels("evaluate", split, scores.shape[1])
    with _computing():
        value = _number(nn.CrossEntropyLoss() if loss is None else loss, scores, split.labels)
    return Score(value, float((scores.argmax(1) == split.labels).mean()))


def predict(
    model: nn.Module, images: NDArray[Any], *, batch_size: int = 250, prepare: Prepare = to_float
) -> NDArray[np.float32]:
    """The model's scores (logits) for pictures (N, C, H, W): (N, classes), in evaluation mode, which it then leaves.

    Raises ValueError for no pictures, or a model whose output is not (N, classes).
    """
    if len(images) == 0:
        raise _check.bad_value("predict", "at least one picture", f"images {images.shape}")
    batch_size = _check.integer("predict", "batch_size", batch_size)
    training = model.training
    model.eval()
    try:
        with nn.no_grad(), _computing():
            batches = [model(prepare(images[at : at + batch_size])) for at in range(0, len(images), batch_size)]
    finally:
        model.train(training)
    scores = np.concatenate(batches)
    if scores.ndim != 2:
        raise _check.bad_value(
            "predict", "a model that gives (N, classes)", scores.shape, "end it with nn.Flatten() and nn.Linear(...)"
        )
    return scores


def _number(loss: Loss, scores: NDArray[Any], labels: NDArray[np.int64]) -> float:
    """The loss as a number; NaN where it cannot be asked, for scores that are not finite."""
    return float(loss(scores, labels)) if np.isfinite(scores).all() else float("nan")


class _Run:
    """One call of `fit`: takes steps, and sums up what they gave until the next row."""

    def __init__(
        self,
        model: nn.Module,
        optimiser: Optimizer,
        loss: Loss,
        prepare: Prepare,
        history: History,
        steps_an_epoch: int,
    ) -> None:
        self.model, self.optimiser, self.loss, self.prepare = model, optimiser, loss, prepare
        self.history = history
        self.steps_an_epoch = steps_an_epoch
        self.steps_done = 0
        self._sums = np.zeros(3)

    def step(self, batch: Split) -> float:
        """Forward, loss, backward, update."""
        self.model.train()
        self.optimiser.zero_grad()
        with _computing():
            scores = self.model(self.prepare(batch.images))
            value = _number(self.loss, scores, batch.labels)
            if not np.isfinite(value):
                raise self._diverged(value, f"at step {self.steps_done + 1}")
            self.model.backward(self.loss.backward(), input_grad=False)
            self.optimiser.step()
        self.steps_done += 1
        self._sums += len(batch) * value, (scores.argmax(1) == batch.labels).sum(), len(batch)
        return value

    def log(self, test: Split | None) -> None:
        """A row of what the steps since the last one gave, and of `test` if it is there."""
        numbers = {"epoch": self.steps_done / self.steps_an_epoch}
        loss, right, count = self._sums.tolist()
        if count:
            numbers |= {"train_loss": loss / count, "train_accuracy": right / count}
        if test is not None:
            score = evaluate(self.model, test, loss=self.loss, prepare=self.prepare)
            if not np.isfinite(score.loss):
                raise self._diverged(score.loss, f"for the test pictures after step {self.steps_done}")
            numbers |= {"test_loss": score.loss, "test_accuracy": score.accuracy}
        self._sums[:] = 0
        parameters = self.model.state_dict() if self.history.watch else None
        self.history.add(self.steps_done, parameters, **numbers)

    def summary(self) -> str:
        """For the bar: the newest loss and accuracies."""
        parts = [f"loss {self.history.last('train_loss'):.3f}", f"train {self.history.last('train_accuracy'):.1%}"]
        if any(value is not None for value in self.history["test_accuracy"]):
            parts.append(f"test {self.history.last('test_accuracy'):.1%}")
        return ", ".join(parts)

    def _diverged(self, value: float, where: str) -> DivergedError:
        rate = self.optimiser.param_groups[0]["lr"]
        error = DivergedError(
            "fit",
            f"needs a finite loss, got {value} {where}: try a learning rate below {rate:g}, and look for NaN or very "
            "large numbers in the images and the weights",
        )
        error.history = self.history
        return error


def _splits(data: Dataset | Split) -> tuple[Split, Split | None]:
    if isinstance(data, Dataset):
        train, test = data.train, data.test
    elif isinstance(data, Split):
        train, test = data, None
    else:
        raise _check.bad_type(
            "fit", "a Dataset or a Split", type(data).__name__, "make one with cnnviz.data.Split(images, labels)"
        )
    if len(train) == 0:
        raise _check.bad_value("fit", "at least one picture to train on", train)
    if test is not None and len(test) == 0:
        raise _check.bad_value("fit", "pictures to test on", test, "pass data.train alone to train without a test")
    return train, test


def _check_model(model: nn.Module, train: Split, test: Split | None, prepare: Prepare) -> None:
    """One picture through the model, so that what does not fit is said before the first step."""
    if not isinstance(model, nn.Module):
        raise _check.bad_type("fit", "a cnnviz.nn model", f"{type(model).__module__}.{type(model).__name__}")
    classes = predict(model, train.images[:1], prepare=prepare).shape[1]
    for split in (train, test):
        if split is not None:
            _check_labels("fit", split, classes)


def _check_labels(who: str, split: Split, classes: int) -> None:
    if not np.issubdtype(split.labels.dtype, np.integer):
        raise _check.bad_type(who, "labels as whole numbers", split.labels.dtype, "labels.astype(np.int64)")
    low, high = int(split.labels.min()), int(split.labels.max())
    if low < 0 or high >= classes:
        raise _check.bad_value(
            who,
            f"labels from 0 to {classes - 1}, one a score of the model",
            low if low < 0 else high,
            "labels count from 0" if low < 0 else f"give the model's last layer {high + 1} outputs",
        )
