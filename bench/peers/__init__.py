"""The smallest applications of other OCPI implementations, for the costs beside the hub.

Each runs in a venv of its own, which has neither the hub nor its libraries.
"""
