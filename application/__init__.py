"""The roaming use cases, each a small object whose fields are the ports that it needs.

They read, ask the domain what follows, and write; the standard library is all that they import.
"""
