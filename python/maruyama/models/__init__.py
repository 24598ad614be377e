"""Models: a law to start from and a field to follow, from x_0 ~ p_init to x_1. One file a concept."""

from maruyama.models.diffusion_model import DiffusionModel
from maruyama.models.flow_model import FlowModel
from maruyama.models.from_jax import from_jax
from maruyama.models.from_torch import from_torch
from maruyama.models.guided import guided
from maruyama.models.with_noise import with_noise

__all__ = ["DiffusionModel", "FlowModel", "from_jax", "from_torch", "guided", "with_noise"]
