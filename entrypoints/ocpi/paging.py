"""Pages of lists as OCPI has them: in headers, and in the query (T-PAG-1 to T-PAG-8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from domain import errors
from domain.paging import Page, PageRequest
from domain.times import parse_time

Query = Sequence[tuple[str, str]]
"""The decoded query, in order, nothing dropped: unknown parameters are kept in the Link."""


def page_request(query: Query, *, most: int) -> PageRequest:
    """What page is asked for; a larger limit than `most` is cut (T-PAG-4).

    :raises InvalidParameter: for a limit, offset or date that is none (T-PAG-6, T-PAG-7).
    """
    asked = dict(query)
    limit = _number(asked, "limit", default=most)
    if limit == 0:
        raise errors.InvalidParameter("limit: at least 1")
    return PageRequest(
        offset=_number(asked, "offset", default=0),
        limit=min(limit, most),
        date_from=_time(asked, "date_from"),
        date_to=_time(asked, "date_to"),
    )


def page_headers(
    page: Page, request: PageRequest, *, query: Query, url: str, most: int
) -> dict[str, str]:
    """X-Total-Count and X-Limit always; Link only while more follows (T-PAG-2, T-PAG-3)."""
    headers = {"X-Total-Count": str(page.total), "X-Limit": str(most)}
    following = request.offset + request.limit
    if following >= page.total or not page.items:
        return headers
    kept = [(name, value) for name, value in query if name not in ("offset", "limit")]
    next_query = urlencode([*kept, ("offset", following), ("limit", request.limit)])
    return {**headers, "Link": f'<{url}?{next_query}>; rel="next"'}


def _number(asked: Mapping[str, str], name: str, *, default: int) -> int:
    text = asked.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise errors.InvalidParameter(f"{name}: not a whole number from 0 to 999999999")
    return int(text)


def _time(asked: Mapping[str, str], name: str) -> datetime | None:
    text = asked.get(name)
    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError as wrong:
        raise errors.InvalidParameter(
            f"{name}: not a UTC timestamp such as 2026-01-31T12:00:00Z"
        ) from wrong
