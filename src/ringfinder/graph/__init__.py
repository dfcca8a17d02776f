"""From facts to links: persons, households, value classes, incidence, links, communities.

Whole-portfolio steps are array work over integer codes; nothing here knows what is suspicious. The
order of the rows never matters: requests are numbered by their content (`ringfinder.graph.order`),
units by their first request, values by kind and text.
"""
