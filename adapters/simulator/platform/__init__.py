"""The Developer Center behind the module: packages, plans, and which device is offered what."""
