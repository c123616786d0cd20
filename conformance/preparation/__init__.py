"""Preparation: PIXIT, PICS, selection and programme, before the first octet."""
