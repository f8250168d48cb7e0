"""How digestlang's models are made: vocabulary, prepare, train, average, export, evaluate, plot."""
