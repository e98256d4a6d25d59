create table if not exists transactions.outbox_dead (
    event_id uuid primary key,
    owner_region text not null,
    transaction_id text not null,
    detail_type text not null,
    detail text not null,
    created_at timestamptz not null,
    attempts integer not null,
    error_code text not null,
    parked_at timestamptz not null
)
