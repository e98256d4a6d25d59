-- The shard stands before the time, so that simultaneous writes do not all meet at the end of the index.
create index async if not exists outbox_by_owner on transactions.outbox (owner_region, shard, created_at)
