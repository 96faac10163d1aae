"""What all tests share."""

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "cnnviz",
    deadline=None,  # a shared machine is slow at times
    derandomize=True,  # the same examples each time: a failure in CI is a failure here
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("cnnviz")


@pytest.fixture(scope="session", autouse=True)
def _one_thread_for_torch() -> None:
    """Two libraries with a thread a core each would fight for the cores."""
    try:
        import torch
    except ImportError:
        return  # without the extra, the tests that need it say so themselves
    torch.set_num_threads(1)
