"""The words by which machines give themselves away, a TOML file per language."""
