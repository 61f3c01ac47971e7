"""Objects: locations, tariffs, tokens and sessions as their readers may see them; what was pulled.

Each party sees here what OCPI's own lists show it. It imports no other room.
"""
