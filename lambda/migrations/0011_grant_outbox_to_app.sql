grant insert on transactions.outbox to app
