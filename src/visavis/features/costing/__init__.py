"""What serving customers costs: rates, the waterfall, the whale curve, budgets."""
