"""Game-theoretic security of finite games with perfect information and symbolic payoffs: CheckMate's problem, exactly."""
