"""Drive an IUT, watch it, judge what was watched."""
