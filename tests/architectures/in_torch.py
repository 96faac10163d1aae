"""What torch itself gives at the nodes of a model's graph."""

from typing import Any

import torch
from numpy.typing import NDArray

from cnnviz.graph import Graph
from cnnviz.graph._draft import Draft
from cnnviz.graph._export import functional, leaves
from cnnviz.graph._nodes import INPUT
from cnnviz.graph._translate import Translator


class Running(torch.fx.Interpreter):
    """Runs a program as torch does, and keeps what every node gave."""

    def __init__(self, program: Any) -> None:
        super().__init__(program.graph_module)
        self.program = program
        self.seen: dict[str, Any] = {}

    def run_node(self, node: Any) -> Any:
        """As torch's, and kept."""
        self.seen[node.name] = super().run_node(node)
        return self.seen[node.name]

    def of(self, x: torch.Tensor) -> dict[str, Any]:
        """What every node gave; where x requires a gradient, with the way back to it."""
        stored = {**self.program.constants, **self.program.state_dict}
        specs = self.program.graph_signature.input_specs
        with torch.set_grad_enabled(x.requires_grad):
            self.run(*(stored.get(spec.target, x) for spec in specs))
        return self.seen


def graph_and_values(model: torch.nn.Module, x: torch.Tensor) -> tuple[Graph, dict[str, NDArray[Any]]]:
    """A model's graph, and torch's values by node: at those where torch's program has the same operation."""
    program = functional(model, x)
    translator = Translator(program, leaves(model))
    graph, names = translator.graph()
    seen = Running(program).of(x)
    drafts = {node.name: value for node, value in translator.values.items() if isinstance(value, Draft)}
    kept = {names[draft]: seen[node] for node, draft in drafts.items() if draft in names and draft.op != INPUT}
    return graph, {name: value.detach().numpy() for name, value in kept.items()}
