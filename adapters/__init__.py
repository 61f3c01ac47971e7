"""The hub's ports, made of real stores, sockets and clocks. No adapter imports another."""
