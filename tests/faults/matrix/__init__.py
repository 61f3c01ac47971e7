"""The fault matrix: crash points, components and faults, each cell on real processes, with a load
while it breaks and a checker outside the system afterwards."""
