"""Places of a labgrid coordinator, through labgrid's own client in its own environment.

labgrid brings a replacement of pyserial that has the same name; the two never share an environment.
"""
