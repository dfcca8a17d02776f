"""Who acts: users, their roles and branches, and the keys and subjects by which they are known."""

from ringfinder.identity.principal import Principal, Role

__all__ = ["Principal", "Role"]
