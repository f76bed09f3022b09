"""What the ledger comes to in a week: figures, ranks, acceptance, tranches."""
