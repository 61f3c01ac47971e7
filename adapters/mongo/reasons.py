"""Why MongoDB did not do what it was asked, in one line for people.

What the driver says itself goes on for lines, with every server's state; a URL in it may hold the
password.
"""

from pymongo import errors

_WRONG_PASSWORD, _NOT_ALLOWED = 18, 13
_NO_SERVER = (
    ("Connection refused", "connection refused"),
    ("Name or service not known", "name not found"),
    ("No address associated", "name not found"),
    ("nodename nor servname", "name not found"),
    ("Temporary failure in name resolution", "the name server does not answer"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
    ("SSL handshake failed", "no TLS"),
    ("No replica set members", "no member of the replica set answers as a primary"),
    ("replica set", "no member of the replica set answers as a primary"),
)


def reason_of(error: errors.PyMongoError) -> str:
    """One line: which of the few things that go wrong this is."""
    code = getattr(error, "code", None)
    if code == _WRONG_PASSWORD or "Authentication failed" in str(error):
        return "MongoDB refuses the user or the password in HUB_MONGO_URL"
    if code == _NOT_ALLOWED:
        return "MongoDB does not let the user in HUB_MONGO_URL do this: see its roles"
    if isinstance(error, errors.ServerSelectionTimeoutError):
        return f"MongoDB cannot be reached: {_no_server(str(error))}"
    if isinstance(error, errors.ConfigurationError):
        return "HUB_MONGO_URL is no URL of a MongoDB: percent-encode what is special in a password"
    if error.timeout:
        return "MongoDB did not answer in time"
    if isinstance(error, errors.ConnectionFailure):
        return f"the connection to MongoDB broke: {_no_server(str(error))}"
    if isinstance(error, errors.DuplicateKeyError):
        return "MongoDB has a record of this key already"
    return f"MongoDB refused: its error {code}" if code else "MongoDB failed"


def _no_server(said: str) -> str:
    return next((words for part, words in _NO_SERVER if part in said), "no answer in time")
