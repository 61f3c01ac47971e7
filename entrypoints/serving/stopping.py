"""Whether this web process has been told to stop: `/readyz` says so from then on.

Proxies and balancers need a moment to see it. Until that is over, requests are still taken.
"""

from threading import Event

TOLD_TO_STOP = Event()
