"""What people say and who they are: commands in comments, the orders that follow, owners. Knows no rules' verdicts."""
