create role consumer with login
