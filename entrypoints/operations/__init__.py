"""What operators do with a running hub, at the command line: `ocpi-hub partner` and so on."""
