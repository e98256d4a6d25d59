-- The version counts the changes of one account, so that who hears of two can tell which is newer.
create table if not exists transactions.accounts (
    account_id text primary key,
    currency text not null,
    balance numeric(19, 4) not null check (balance >= 0),
    version bigint not null,
    updated_at timestamptz not null
)
