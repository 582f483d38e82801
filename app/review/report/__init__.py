"""Laporan Kajian Validitas Ujian: the PDF, its data annex, the map from clauses to evidence. Numbers come from the stored parts."""
