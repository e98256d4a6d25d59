create role review with login
