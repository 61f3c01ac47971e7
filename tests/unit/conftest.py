"""Property tests take the time that a busy machine takes: only what they find counts."""

from hypothesis import HealthCheck, settings

from tests.examples import examples

settings.register_profile(
    "unhurried",
    deadline=None,
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")
