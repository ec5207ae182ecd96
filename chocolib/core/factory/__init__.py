"""The factory as data: stages, machines, power, shifts, demand, costs; from one TOML.

`FactorySpec.default()` is the plant of Linares. Durations lie on quarters of an
hour; all times the methods take or give are UTC, the calendar they ask is Madrid's.
"""

from chocolib.core.factory.calendar import Calendar, Maintenance, NightShift, Service, Shift
from chocolib.core.factory.costs import Costs, Priced
from chocolib.core.factory.demand import Demand, ExtraOrder, Order
from chocolib.core.factory.spec import AsUsual, FactorySpec
from chocolib.core.factory.stages import Phase, Stage
from chocolib.core.factory.units import WEEKDAYS, Weekday

__all__ = [
    "WEEKDAYS",
    "AsUsual",
    "Calendar",
    "Costs",
    "Demand",
    "ExtraOrder",
    "FactorySpec",
    "Maintenance",
    "NightShift",
    "Order",
    "Phase",
    "Priced",
    "Service",
    "Shift",
    "Stage",
    "Weekday",
]
