"""Of which earlier defect a new issue is a report."""
