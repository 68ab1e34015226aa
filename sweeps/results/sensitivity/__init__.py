"""Which hyperparameters matter: from a sweep's space and configurations to answers."""
