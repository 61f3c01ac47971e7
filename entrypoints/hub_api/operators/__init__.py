"""Operators' tokens and the audit trail, in the hub API.

The endpoints, the bodies that they take and how their things look outside.
"""
