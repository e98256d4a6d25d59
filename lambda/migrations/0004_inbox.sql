create table if not exists transactions.inbox (
    consumer text not null,
    event_id uuid not null,
    transaction_id text not null,
    amount numeric(19, 4) not null,
    origin_region text not null,
    region text not null,
    created_at timestamptz not null,
    received_at timestamptz not null,
    primary key (consumer, event_id)
)
