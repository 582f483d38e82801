"""What shows that the forms of a plan are equal, to a stated evidence: counted from the codes of their items alone. Pure."""
