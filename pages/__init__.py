"""What readers see and nobody writes by hand: pictures drawn from plans, the front page of the documents."""
