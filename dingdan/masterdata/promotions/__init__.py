"""What a shop takes off: coupons and rules that apply by themselves, and how often each was used."""
