create table if not exists transactions.outbox (
    event_id uuid primary key,
    owner_region text not null,
    shard smallint not null,
    transaction_id text not null,
    detail_type text not null,
    detail text not null,
    created_at timestamptz not null
)
