"""The failure campaigns of `make soak`: each prints one line with its figure (docs/reliability.md)."""
