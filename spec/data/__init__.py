"""The data files of the specification; `atverdict.spec.loader` is their only reader."""
