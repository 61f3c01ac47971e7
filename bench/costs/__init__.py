"""What a request, a change and a delivery cost the hub, beside what they would cost at least."""
