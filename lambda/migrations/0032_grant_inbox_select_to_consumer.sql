grant select on transactions.inbox to consumer
