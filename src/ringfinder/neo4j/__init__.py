"""The Neo4j projection for people; the only package that may import the driver."""
