"""Explaining: why a party did, or would, get, see, be asked or be charged, or why not.

It decides nothing: it asks those that do. It imports every room but `sweep` and `hub`.
"""
