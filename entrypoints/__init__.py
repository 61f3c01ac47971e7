"""Where the hub meets the world: web, jobs, sweeper, command line.

Only here, in `bootstrap`, it is known which adapter sits in which port.
"""
