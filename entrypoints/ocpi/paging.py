"""Pages of lists as OCPI has them: in headers, and in the query (T-PAG-1 to T-PAG-8).

The hub's own Link also says where the page ended, so that a crawl of a long list costs the same on
every page. A client that counts pages by offset alone is served too, but the store has to skip.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from domain import errors
from domain.objects.paging import ListPosition, Page, PageRequest
from domain.times import parse_time

Query = Sequence[tuple[str, str]]
"""The decoded query, in order, nothing dropped: unknown parameters are kept in the Link."""

AFTER = "hub_after"
"""The parameter of a Link that says where the page before ended; opaque to the client."""

_OWN = ("offset", "limit", AFTER)
_MOST_CREATED = 2**63
_MOST_DIGITS = 9


def page_request(query: Query, *, most: int) -> PageRequest:
    """What page is asked for; a larger limit than `most`, however large, is cut (T-PAG-4).

    :raises InvalidParameter: for a limit, offset or date that is none (T-PAG-6, T-PAG-7).
    """
    parameters = dict(query)
    limit = min(_number(parameters, "limit", default=most, largest=most), most)
    if limit == 0:
        raise errors.InvalidParameter("limit: at least 1")
    offset = _number(parameters, "offset", default=0)
    return PageRequest(
        offset=offset,
        limit=limit,
        date_from=moment_of(parameters, "date_from"),
        date_to=moment_of(parameters, "date_to"),
        after=_position(parameters.get(AFTER, ""), offset=offset),
    )


def page_headers(
    page: Page, request: PageRequest, *, query: Query, url: str, most: int
) -> dict[str, str]:
    """X-Total-Count and X-Limit always; Link only while more follows (T-PAG-2, T-PAG-3)."""
    headers = {"X-Total-Count": str(page.total), "X-Limit": str(most)}
    if not page.more or not page.items:
        return headers
    following = request.offset + len(page.items)
    kept = [(name, value) for name, value in query if name not in _OWN]
    after = [] if page.last is None else [(AFTER, _mark(page.last, offset=following))]
    next_query = urlencode([*kept, ("offset", following), ("limit", request.limit), *after])
    return {**headers, "Link": f'<{url}?{next_query}>; rel="next"'}


def _mark(position: ListPosition, *, offset: int) -> str:
    text = f"{offset}.{position.created}.{position.name}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(mark: str, *, offset: int) -> ListPosition | None:
    """None unless it was made for this offset: a client that changes the offset means that one."""
    try:
        text = urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
        made_for, created, name = text.split(".", 2)
        position = ListPosition(int(created), name)
    except ValueError:
        return None
    fits = made_for == str(offset) and 0 <= position.created < _MOST_CREATED
    return position if fits else None


def _number(
    parameters: Mapping[str, str], name: str, *, default: int, largest: int | None = None
) -> int:
    """`largest` stands for every number of more digits than nine; None: those are none."""
    text = parameters.get(name)
    if text is None:
        return default
    digits = text.lstrip("0") or text[-1:]
    if text.isascii() and text.isdigit():
        if len(digits) <= _MOST_DIGITS:
            return int(digits)
        if largest is not None:
            return largest
    raise errors.InvalidParameter(f"{name}: not a whole number from 0 to 999999999")


def moment_of(parameters: Mapping[str, str], name: str) -> datetime | None:
    """The moment that a parameter of the query names; None without it.

    :raises InvalidParameter: if it names none (T-PAG-7).
    """
    text = parameters.get(name)
    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError as wrong:
        raise errors.InvalidParameter(
            f"{name}: not a UTC timestamp such as 2026-01-31T12:00:00Z"
        ) from wrong
