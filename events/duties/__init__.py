"""What a town owes others: set lists to GEMA, the levy to the KSK, figures to the council, each by its day."""
