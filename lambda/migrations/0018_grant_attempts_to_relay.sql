grant select, insert, update, delete on transactions.outbox_attempts to relay
