"""Teaching the language model new intents where it runs: some minutes, numpy, and no other machine."""
