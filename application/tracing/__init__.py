"""What happened to a message: found in the journal, with what is still owed of it.

It reads alone, and knows of the other rooms only what is owed to whom.
"""
