grant select, delete on transactions.outbox to relay
