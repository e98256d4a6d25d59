create index async if not exists transactions_by_account
    on transactions.transactions (account_id, created_at, transaction_id)
