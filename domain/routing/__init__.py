"""Routing: whom a request is for, and how the URLs of requests are made and replaced.

It imports `partners`.
"""
