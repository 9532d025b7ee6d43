"""Code shared by the notebooks of the course.

Read the modules in this order; each imports only those before it.

- ``installed``: what the course needs and what this computer has.
- ``data``: the real data sets, one line each.
- ``baselines``: the forecasts to beat, and how forecasts are judged.
- ``tasks``: data sets made by a formula.
- ``autoregressive``: the next value from the last few, fitted and looked at.
- ``markov``: the next symbol from the last few, by counting.
- ``latent``: one summary of the past, carried along: averages, beliefs.
- ``recurrent``: RNN, LSTM and GRU, step by step and as layers.
- ``scans``: recurrences computed without a loop, state spaces, attention.
- ``characters``: a model of text around any recurrent layer.
- ``gradients``: how far back a gradient reaches, exactly.
- ``figures``: style, colours, drawings of networks, and live figures: one door.
- ``chorales``: piano rolls, a model of them, and how they sound.
- ``shapes``: the shape of every tensor, drawn, and an audit for silent mistakes.
- ``train``: the training loop, and a curve that grows while it runs.
- ``ladder``: every model family on four data sets, by one definition.
- ``scoreboard``: the stored results of the ladder, and what may be read from them.
- ``explorers``: live figures too long for a notebook cell, by subject.
- ``progress``: what a learner has solved, kept on disk.
- ``exercises``: the exercises of every notebook, and what checks them.
"""
