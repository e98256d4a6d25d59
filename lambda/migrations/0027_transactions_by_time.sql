-- The first digit of a random id comes before the time, so that simultaneous writes do not all meet at the end.
create index async if not exists transactions_by_time
    on transactions.transactions ((left(event_id::text, 1)), created_at, transaction_id)
