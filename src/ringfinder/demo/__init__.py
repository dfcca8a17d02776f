"""The demo: a portfolio is made, loaded and searched, and one screen tells what came of it, the misses too.

`work` does it, `facts` picks what is worth showing, `screen` writes it in Chinese, in English or in both.
Nothing on the screen is written beforehand but the words between the numbers.
"""

from ringfinder.demo.facts import Facts, facts_of
from ringfinder.demo.page import BOTH, WIDTH, Line
from ringfinder.demo.screen import screen
from ringfinder.demo.work import FEWEST, Places, Work, work

__all__ = ["BOTH", "FEWEST", "WIDTH", "Facts", "Line", "Places", "Work", "facts_of", "screen", "work"]
