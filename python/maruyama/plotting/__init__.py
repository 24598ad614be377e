"""Pictures of paths and samples: functions that draw on a matplotlib ``Axes`` and return it.

They create no figure, open no window and leave matplotlib's global state alone. This is a leaf: nothing but the command
line imports it, and matplotlib is the extra ``plot``. One file a picture.
"""

from maruyama.plotting.exact_law import plot_band, plot_histogram
from maruyama.plotting.fan import plot_fan
from maruyama.plotting.images import plot_images
from maruyama.plotting.marginals import plot_marginals
from maruyama.plotting.paths import plot_paths
from maruyama.plotting.samples import plot_samples
from maruyama.plotting.vector_field import plot_vector_field

__all__ = [
    "plot_band",
    "plot_fan",
    "plot_histogram",
    "plot_images",
    "plot_marginals",
    "plot_paths",
    "plot_samples",
    "plot_vector_field",
]
