"""Explanations: why a party did, or would, get, see, be asked or be charged, or why not.

A partner asks about its own parties and hears nothing of other partners' failures.
"""
