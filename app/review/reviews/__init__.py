"""Reviews (kajian validitas ujian): planned → computing → discussion → decided → closed; their meeting and the next date."""
