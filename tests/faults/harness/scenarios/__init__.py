"""One small function for each fault; importing a module registers its faults."""

from tests.faults.harness.scenarios import disks, network, people, processes, replicas, settings, slowness, statements

__all__ = ["disks", "network", "people", "processes", "replicas", "settings", "slowness", "statements"]
