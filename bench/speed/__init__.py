"""How fast optoutd is, and where the time goes: `python -m bench.speed PART…`, see __main__.py."""
