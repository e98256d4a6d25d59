create role app with login
