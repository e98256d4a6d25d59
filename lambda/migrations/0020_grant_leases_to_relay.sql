grant select, insert, update on transactions.relay_leases to relay
