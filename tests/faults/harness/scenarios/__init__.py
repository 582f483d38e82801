"""One small function for each fault; importing a module registers its faults."""

from tests.faults.harness.scenarios import network, processes, replicas, slowness

__all__ = ["network", "processes", "replicas", "slowness"]
