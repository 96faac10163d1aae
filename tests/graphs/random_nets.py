"""Random networks as lines of Python that torch has run: the whole vocabulary, as people's modules write it.

A line that torch refuses, or whose numbers are no good to compare, is not kept; so a kind of line
(tests/graphs/lines.py) need not know all of torch's rules, and every network that comes out runs.
"""

import linecache
import random
from types import CodeType

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tests.graphs.lines import LAST, LINES

LARGEST, MOST_CELLS = 300.0, 7000
NAMES = {"torch": torch, "nn": nn, "F": F}


class Net(nn.Module):
    """A network whose forward is `lines` of Python, of x and of the parts in self; the last name is given back."""

    def __init__(self, name: str, seed: int) -> None:
        super().__init__()
        self.name, self.seed = name, seed
        self.lines: list[str] = []
        self.code: list[CodeType] = []

    def add(self, line: str) -> None:
        """One more line, as if it stood in a file, so that what is made of the network can name it."""
        self.lines.append(line)
        self.code.append(compile("\n" * (len(self.lines) - 1) + line, self.name, "exec"))
        linecache.cache[self.name] = (0, None, [f"{one}\n" for one in self.lines], self.name)

    def forward(self, x: Tensor) -> Tensor:
        """What the last line gives."""
        values = {"self": self, "x": x}
        for code in self.code:
            exec(code, NAMES, values)
        return values[list(values)[-1]]

    def __str__(self) -> str:
        parts = [f"self.{name} = {part}" for name, part in self.named_children()]
        parts += [f"self.{name}: {tuple(p.shape)}" for name, p in [*self.named_parameters(recurse=False)]]
        parts += [f"self.{name}: {tuple(b.shape)}" for name, b in [*self.named_buffers(recurse=False)]]
        return "\n".join([f"# {self.name}", *parts, *self.lines])


class Growing:
    """A network to which lines are added at random; `values` has what each name holds."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.net = Net(f"net_{seed}.py", seed)
        large = self.chance(0.1)  # of the size from which the page computes in WebAssembly
        self.most = 8 * MOST_CELLS if large else MOST_CELLS
        sides = [self.whole(9, 30) if large else self.whole(3, 12) for _ in range(2)]
        self.x = torch.randn(1, self.whole(1, 4), *sides)
        self.values = {"self": self.net, "x": self.x.clone()}
        self.parts = 0
        self.name, self.new = "x", {}

    def whole(self, low: int, high: int) -> int:
        """A whole number."""
        return self.rng.randint(low, high)

    def one(self, options):
        """One of these."""
        return self.rng.choice(options)

    def chance(self, share: float) -> bool:
        """True as often as `share` says."""
        return self.rng.random() < share

    @property
    def v(self) -> Tensor:
        """What the line to come reads."""
        return self.values[self.name]

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return tuple(self.v.shape)

    def part(self, made: nn.Module | Tensor) -> str:
        """The name of a layer, parameter or buffer for the line to come."""
        name = f"m{self.parts + len(self.new)}"
        self.new[name] = made
        return f"self.{name}"

    def like(self, fits) -> str | None:
        """The name of another value whose shape fits, if there is one."""
        names = [n for n, value in self.values.items() if n not in ("self", self.name) and fits(tuple(value.shape))]
        return self.one(names) if names else None

    def grow(self) -> bool:
        """One more line, if the one that was drawn is of use."""
        names = [name for name in self.values if name != "self"]
        self.name = names[-1] if self.chance(0.85) else self.one(names)
        return self.append(self.one(LINES[self.v.ndim])(self))

    def append(self, line: str | None) -> bool:
        """Run a line, `v` for the name that it reads and an expression for a new name, and keep it if it is good."""
        new, self.new = self.new, {}
        if line is None:
            return False
        line = line.replace("{v}", self.name)
        line = line if line.startswith("!") else f"!v{len(self.net.lines)} = {line}"
        for name, part in new.items():
            self._hold(name, part)
        kept = {name: value.clone() for name, value in self.values.items() if name != "self"}
        values = dict(self.values)
        try:
            with torch.no_grad():
                exec(line[1:], NAMES, values)
        except (RuntimeError, ValueError, IndexError, TypeError):
            values = None
        if values is None or not all(self._is_good(v) for name, v in values.items() if name not in ("self", "x")):
            for name in new:
                delattr(self.net, name)
            for name, value in kept.items():
                if not torch.equal(self.values[name], value):  # a line that was no good has written to it
                    self.values[name].copy_(value)
            return False
        self.parts += len(new)
        self.values = values
        self.net.add(line[1:])
        return True

    def _hold(self, name: str, part: nn.Module | Tensor) -> None:
        if isinstance(part, nn.Module):
            setattr(self.net, name, _filled(part).eval())
        elif self.chance(0.5):
            self.net.register_buffer(name, part)
        else:
            self.net.register_parameter(name, nn.Parameter(part))

    def _is_good(self, value: Tensor) -> bool:
        return (
            isinstance(value, Tensor)
            and 0 < value.numel() <= self.most
            and bool(value.isfinite().all())
            and 1e-3 < float(value.abs().max()) < LARGEST
            and value.ndim >= 2
            and value.shape[0] == 1
        )


def _filled(part: nn.Module) -> nn.Module:
    """With statistics and factors of norms that are not the first ones, and weights that keep numbers their size."""
    for module in part.modules():
        for name, value in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            if name == "running_mean" or (name == "bias" and not isinstance(module, nn.Linear | nn.Conv2d)):
                value.data.normal_(0, 0.2)
            elif name == "running_var" or (name == "weight" and value.ndim == 1):
                value.data.uniform_(0.4, 1.6)
            elif value.ndim == 4:
                value.data *= 1.5
    return part


def random_net(seed: int) -> tuple[Net, Tensor]:
    """A network and an input for it; the same for the same seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        growing = Growing(seed)
        for _ in range(growing.whole(4, 20)):
            growing.grow()
        while not growing.net.lines:
            growing.grow()
        growing.name = list(growing.values)[-1]
        if growing.chance(0.6):
            growing.append(growing.one(LAST[growing.v.ndim])(growing))
        growing.net.add(f"y = {list(growing.values)[-1]}")
    return growing.net.eval(), growing.x
