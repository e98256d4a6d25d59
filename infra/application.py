"""The modules, composed from the constructs; the only file that sees them all."""

import cdktf
from constructs import Construct

from infra.api import Api
from infra.backup import Backup
from infra.database import NUMBER_OF_KEYS, Database
from infra.deployer import Deployer
from infra.domain import Domain
from infra.events import APPLICATION_SOURCE, EventBuses, Receiver
from infra.fault_injection import FaultInjection
from infra.fields import FieldEncryption
from infra.functions import Functions
from infra.module import Module
from infra.monitoring import Monitoring
from infra.outputs import APPLICATION, DATABASE, EVENTS, declare
from infra.placement import SIDES, Placement
from infra.routing import Routing
from infra.schedule import Schedule
from infra.schema_registry import SchemaRegistry
from infra.service_encryption import ServiceEncryption
from infra.variables import declare as declare_inputs

ALIASES = (*SIDES, "witness")


class DatabaseModule(Module):
    """`modules/database`: the linked pair alone."""

    INPUTS = (*Placement.INPUTS, *Database.INPUTS, *Backup.INPUTS)

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "database", aliases=ALIASES)
        Placement(
            self, "placement", providers=self.providers, account_when=f"({NUMBER_OF_KEYS} == 1 || var.backup != null)"
        )
        Database(self, "database", providers=self.providers)
        Backup(self, "backup", providers=self.providers)
        declare_inputs(self, self.INPUTS)
        declare(self, DATABASE)


class EventsModule(Module):
    """`modules/events`: the bus pair alone."""

    INPUTS = (*Placement.INPUTS, *EventBuses.INPUTS, "event_source")

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "events", aliases=SIDES)
        Placement(self, "placement", providers=self.providers)
        EventBuses(self, "events", providers=self.providers, source="${var.event_source}")
        declare_inputs(self, self.INPUTS)
        declare(self, EVENTS)


class ApplicationModule(Module):
    """`modules/application`: everything."""

    INPUTS = (
        *(*Placement.INPUTS, *Database.INPUTS, *FieldEncryption.INPUTS, *Functions.INPUTS, *EventBuses.INPUTS),
        *(*Monitoring.INPUTS, *Routing.INPUTS, *Api.INPUTS, *Domain.INPUTS, *ServiceEncryption.INPUTS),
        *(*Backup.INPUTS, *Deployer.INPUTS, *FaultInjection.INPUTS),
    )

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "application", aliases=ALIASES)
        Placement(self, "placement", providers=self.providers)
        Database(self, "database", providers=self.providers)
        Backup(self, "backup", providers=self.providers)
        FieldEncryption(self, "fields", providers=self.providers)
        Functions(self, "functions", providers=self.providers)
        Schedule(self, "schedule", providers=self.providers)
        ServiceEncryption(self, "service_encryption", providers=self.providers)
        EventBuses(self, "events", providers=self.providers, source=APPLICATION_SOURCE, encrypted=True)
        Receiver(self, "receiver", providers=self.providers)
        Routing(self, "routing", providers=self.providers)
        Monitoring(self, "monitoring", providers=self.providers)
        FaultInjection(self, "fault_injection", providers=self.providers)
        Api(self, "api", providers=self.providers)
        Domain(self, "domain", providers=self.providers)
        SchemaRegistry(self, "schema_registry", providers=self.providers)
        Deployer(self, "deployer")
        declare_inputs(self, self.INPUTS)
        declare(self, APPLICATION)


def modules() -> list[Module]:
    """Build every module, each ready for `Module.configuration`."""
    app = cdktf.Testing.app()
    return [ApplicationModule(app), DatabaseModule(app), EventsModule(app)]
