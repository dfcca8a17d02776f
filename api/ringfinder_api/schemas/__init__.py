"""What the service is asked and what it answers, as closed schemas: nothing that is not declared gets in or out."""
