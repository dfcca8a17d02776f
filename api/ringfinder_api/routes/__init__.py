"""Routes of the service, one module for each resource; each says who it is for and hands on to a service."""
