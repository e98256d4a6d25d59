-- Without NOT NULL and DEFAULT, which DSQL does not take for a column that is added. No type means a payment.
alter table transactions.transactions
    add column if not exists currency text,
    add column if not exists type text,
    add column if not exists account_id text,
    add column if not exists counterparty_id text,
    add column if not exists metadata text
