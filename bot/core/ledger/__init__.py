"""The history of every defect, and the figures that follow from it."""
