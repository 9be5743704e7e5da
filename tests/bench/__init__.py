"""Speed and memory as ratios to floors and peers measured in the same run: `make bench` (`ARGS=--write` keeps it)."""
