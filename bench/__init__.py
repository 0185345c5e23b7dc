"""Measurements that anyone can repeat; docs/performance.md tells what they gave."""

import os

# Before numpy is loaded, which any module here may do: what is trained is the same then on each
# x86 processor since 2013.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")
