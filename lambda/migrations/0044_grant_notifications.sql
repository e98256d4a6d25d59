grant select, insert on transactions.notifications to notify
