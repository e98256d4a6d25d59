create index async if not exists transactions_by_counterparty
    on transactions.transactions (counterparty_id, created_at, transaction_id)
