"""How well a fix is proven: which test a pull request links, where it stands, and what it showed."""
