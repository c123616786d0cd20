"""Faults of the host, one file an area.

lines      command lines: how they end, how they are spelled, when they are sent
framing    understanding the module: echo, CR LF, portions, foreign events
decisions  in front of a download: announcement, request, decision
download   reading: offsets, lengths, pieces, pauses, failed reads
octets     what was read: octets that change, octets that are obeyed, digests
flow       behind a download: updating, announcing, failure, a module that restarts
"""
