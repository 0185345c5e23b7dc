"""Measurements that anyone can repeat; docs/performance.md tells what they gave."""
