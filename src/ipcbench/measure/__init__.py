"""The measuring side: launches probes, interleaves their trials, decides when it is enough."""
