"""Rounds of inspection as they are read: the rounds, the report of one, the referrals back."""
