"""The brake on guesses: who has to wait, how long, and that it stays small."""

from entrypoints.brake import MOST_ADDRESSES, Brake, network_of


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_address_waits_after_so_many_wrong_tokens_and_is_free_again() -> None:
    clock = _Clock()
    brake = Brake(6, clock)

    assert [brake.wrong_token("192.0.2.1") for _ in range(6)] == [0] * 6
    assert brake.wrong_token("192.0.2.1") == 10
    assert brake.wrong_token("192.0.2.2") == 0
    clock.now += 10
    assert brake.wrong_token("192.0.2.1") == 10
    clock.now += 90
    assert brake.wrong_token("192.0.2.1") == 0


def test_a_flood_costs_no_longer_a_wait_than_a_few() -> None:
    brake = Brake(6, _Clock())

    assert max(brake.wrong_token("192.0.2.1") for _ in range(1000)) <= 20


def test_it_remembers_so_many_addresses_and_no_more() -> None:
    brake = Brake(1, _Clock())

    for number in range(MOST_ADDRESSES + 50):
        brake.wrong_token(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(brake._free_again) == MOST_ADDRESSES


def test_all_addresses_of_one_customer_are_one() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of(None) == network_of("no address") == "unknown"
