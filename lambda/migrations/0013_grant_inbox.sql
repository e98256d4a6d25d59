grant insert on transactions.inbox to consumer
