"""The crash campaign: kill the daemon again and again, and count what was lost or done twice.

python -m bench.crash --runs 1000 [--seed N] [--store sqlite|postgres] [--jobs N] [--json]
"""
