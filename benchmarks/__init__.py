"""What is fast, measured against peers in the same run: `python -m benchmarks`.

One thread everywhere, and CPU time, so that a busy machine changes little; contenders take turns, so that it changes it
alike for all.
"""

import os

# Before NumPy is imported: its BLAS reads these once. The OPENBLAS settings would choose other kernels than users get.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)
