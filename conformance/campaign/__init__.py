"""Campaigns: the IUT is driven, and the log is written."""
