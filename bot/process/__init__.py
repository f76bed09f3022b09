"""What happens to a delivery, from parse to record; everything else serves this."""
