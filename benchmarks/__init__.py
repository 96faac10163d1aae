"""What is fast, measured against peers in the same run: `python -m benchmarks`.

One thread everywhere, and CPU time, so that a busy machine changes little; contenders take turns, so that it changes it
alike for all.
"""
