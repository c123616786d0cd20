"""The specification's data files; `atverdict.spec.loader` is their only reader."""
