-- What was done with accounts of the classes that are audited. Only ever added to.
create table if not exists transactions.audit_lines (
    event_id uuid primary key,
    transaction_id text not null,
    type text not null,
    amount numeric(19, 4) not null,
    currency text,
    account_id text,
    counterparty_id text,
    account_classes text not null,
    origin_region text not null,
    region text not null,
    created_at timestamptz not null,
    recorded_at timestamptz not null
)
