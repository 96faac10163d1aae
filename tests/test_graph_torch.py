"""The page's deep network (tests/js/graph_torch.test.js) is held against what torch says now."""

import json

import numpy as np

from tests.graphs import make


def test_the_file_is_what_torch_says() -> None:
    written, fresh = json.loads(make.FILE.read_text("utf-8")), make.answers()
    assert set(written) == set(fresh)
    for name, values in fresh.items():
        np.testing.assert_allclose(written[name], values, rtol=0, atol=1e-6 * np.abs(values).max(), err_msg=name)
