"""The evidence pack: everything that an auditor takes away, with a manifest that proves it later."""

from amanat.evidence.material import Material
from amanat.evidence.pack import Asked, Pack, build_pack
from amanat.evidence.verify import Checked, check_pack, read_pack

__all__ = ["Asked", "Checked", "Material", "Pack", "build_pack", "check_pack", "read_pack"]
