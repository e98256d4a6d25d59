grant select, insert, update on transactions.account_versions to consumer
