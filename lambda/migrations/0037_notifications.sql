-- Events that subscribers were told of.
create table if not exists transactions.notifications (
    event_id uuid primary key,
    region text not null,
    published_at timestamptz not null
)
