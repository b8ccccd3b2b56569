"""Working principles of groups: how their members are treated."""
