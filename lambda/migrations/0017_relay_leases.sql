-- One row for each Region: the relay that works on the Region's events. Written per run of a relay, not per event.
create table if not exists transactions.relay_leases (
    owner_region text primary key,
    holder uuid not null,
    until timestamptz not null
)
