-- Apart from the outbox, so that the rows on the hot path are written once and deleted once. Empty while all is well.
create table if not exists transactions.outbox_attempts (
    event_id uuid primary key,
    attempts integer not null,
    error_code text not null,
    retry_at timestamptz not null
)
