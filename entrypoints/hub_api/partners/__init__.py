"""Partners: who is invited, connected, approved, suspended; their options, and their agreements.

For operators alone. It shows what a partner's lists brought, so it imports `objects`.
"""
