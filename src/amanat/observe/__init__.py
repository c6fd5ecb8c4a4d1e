"""What was observed, beside what is declared: how much of each system is catalogued."""
