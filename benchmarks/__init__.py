"""How long rtlint takes beside others; `python -m benchmarks` measures it."""
