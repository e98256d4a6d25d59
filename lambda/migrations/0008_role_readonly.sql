create role readonly with login
