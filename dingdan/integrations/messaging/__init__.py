"""Firms that carry short messages: SMS by Twilio, and LINE."""
