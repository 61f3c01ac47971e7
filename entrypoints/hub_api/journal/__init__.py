"""The journal and traces: operators see every leg, a partner its own. It imports `delivery`."""
