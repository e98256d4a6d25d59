grant insert on transactions.reviews to review
