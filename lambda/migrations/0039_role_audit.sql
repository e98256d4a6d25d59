create role audit with login
