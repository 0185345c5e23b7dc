"""The phrases that the classifier reads mail by, a TOML file per language."""
