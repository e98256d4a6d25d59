create role relay with login
