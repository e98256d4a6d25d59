grant select, insert on transactions.transactions to app
