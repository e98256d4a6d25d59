create role notify with login
