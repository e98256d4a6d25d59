grant select on transactions.outbox to app
