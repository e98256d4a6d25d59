-- Large transactions that somebody must look at. The key is the event's, so that a second delivery adds nothing.
create table if not exists transactions.reviews (
    event_id uuid primary key,
    transaction_id text not null,
    amount numeric(19, 4) not null,
    currency text,
    reason text not null,
    origin_region text not null,
    region text not null,
    created_at timestamptz not null,
    requested_at timestamptz not null
)
