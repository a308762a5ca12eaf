"""Teaching the language model new intents where it runs: a minute or two, numpy, and no other machine."""
