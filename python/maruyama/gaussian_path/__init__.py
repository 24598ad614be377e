"""Gaussian probability paths from noise to a known law, with their fields in closed form."""

from maruyama.gaussian_path.path import GaussianPath
from maruyama.gaussian_path.schedule import Schedule

__all__ = ["GaussianPath", "Schedule"]
