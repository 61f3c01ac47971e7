"""OCPI 2.2.1 and 2.3.0, each said in the words of the other: pure functions over JSON documents.

`up` reads 2.2.1 as 2.3.0 and `down` says 2.3.0 in 2.2.1. What a version has no words for is named
as a loss; what would change the meaning of money is refused.
"""
