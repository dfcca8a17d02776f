"""A Neo4j Community server of one's own, for machines without Docker: assembled by Maven, started, ended, asked."""

from ringfinder.neo4j.server.distribution import PINNED, Tell, Versions, admin_command, assemble
from ringfinder.neo4j.server.home import DEFAULT_HOME, HOME_VARIABLE, Home, default_home
from ringfinder.neo4j.server.instance import BOLT_PORT, HEAP, HTTP_PORT, PAGE_CACHE, down, status, up
from ringfinder.neo4j.server.java import find_java
from ringfinder.neo4j.server.state import Running, Status

__all__ = [
    "BOLT_PORT",
    "DEFAULT_HOME",
    "HEAP",
    "HOME_VARIABLE",
    "HTTP_PORT",
    "PAGE_CACHE",
    "PINNED",
    "Home",
    "Running",
    "Status",
    "Tell",
    "Versions",
    "admin_command",
    "assemble",
    "default_home",
    "down",
    "find_java",
    "status",
    "up",
]
