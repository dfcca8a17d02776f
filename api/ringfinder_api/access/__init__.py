"""Who may come in, what each role may do, what a branch may see, and personal data shown for a purpose."""
