grant select, insert, update on transactions.accounts to app
