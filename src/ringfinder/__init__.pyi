from ringfinder.pipeline.frames import detect as detect
from ringfinder.pipeline.frames import explain as explain
from ringfinder.pipeline.frames import load as load

__version__: str
__all__ = ["__version__", "detect", "explain", "load"]
