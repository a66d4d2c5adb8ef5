"""Firms that carry short messages: SMS by Twilio, LINE, and official accounts of WeChat."""
