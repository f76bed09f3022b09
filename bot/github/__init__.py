"""GitHub as this bot meets it: tokens, budgets and answers (client), a subject's snapshot (fetch), and the only
writer (apply).
"""
