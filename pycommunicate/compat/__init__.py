"""Words of earlier versions, for programs that were written for them: one module for each version."""
