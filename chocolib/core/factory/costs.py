"""What a kilogram costs besides its energy, and what lateness and peaks are priced at."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chocolib.core.factory.units import EurPerKg, Kilowatts, Name, Part, Unit


class Costs(Part):
    """EUR per kilogram of everything that a plan does not change."""

    materials: EurPerKg = Field(4.48, description="the recipe")
    packaging: EurPerKg = Field(0.28, description="wrapper, label, box")
    labour: EurPerKg = Field(8.00, description="the regular shifts")
    overhead: EurPerKg = Field(1.12, description="rent, lease, insurance")
    materials_of: dict[Name, EurPerKg] = Field(
        default_factory=dict, description="the recipe of a product, where it differs"
    )

    def of(self, product: str) -> float:
        """EUR of one kilogram of a product, its energy apart."""
        materials = self.materials_of.get(product, self.materials)
        return materials + self.packaging + self.labour + self.overhead


class Priced(Part):
    """What a plan pays besides energy for breaking a wish rather than a rule."""

    late_eur_batch_h: Annotated[
        float, Field(ge=0, le=100_000, allow_inf_nan=False, strict=True), Unit("EUR/h")
    ] = Field(
        50.0,
        description="each hour a batch is late; 0: due times are hard, and a demand that cannot "
        "be in time is refused",
    )
    peak_eur_kw: Annotated[
        float, Field(ge=0, le=1000, allow_inf_nan=False, strict=True), Unit("EUR/kW")
    ] = Field(0.0, description="each kW of the highest draw of a plan above `peak_free_kw`")
    peak_free_kw: Kilowatts = Field(0.0, description="draw up to which a peak is free")
