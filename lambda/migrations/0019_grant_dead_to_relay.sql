grant insert on transactions.outbox_dead to relay
