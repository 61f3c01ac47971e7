"""How gunicorn serves the hub: no client holds a thread while it sends or reads slowly."""
