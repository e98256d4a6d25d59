-- Null, of an account that was opened before there were classes, means personal.
alter table transactions.accounts add column if not exists account_class text
