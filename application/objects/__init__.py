"""Objects: locations, tariffs, tokens, sessions: taken, stored, published, sent, listed, pulled.

It imports `webhooks`, `delivery` and `partners`.
"""
