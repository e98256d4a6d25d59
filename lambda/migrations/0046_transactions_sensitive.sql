-- Ciphertext only, whose key the database never sees: lambda/transactions/fields.py.
alter table transactions.transactions add column if not exists sensitive bytea
