"""Code shared by the notebooks of the course.

Read the modules in this order; each imports only those before it.

- ``installed``: what the course needs and what this computer has.
- ``commands``: what ``python -m helpers`` does.
- ``data``: the real data sets, one line each.
- ``classify``: which sequences a quick classifier gets right, and by how much more.
- ``baselines``: the forecasts to beat, and how forecasts are judged.
- ``tasks``: data sets made by a formula.
- ``truncation``: small networks that learn with truncated gradients, many at once.
- ``autoregressive``: the next value from the last few, fitted and looked at.
- ``markov``: the next symbol from the last few, by counting.
- ``latent``: one summary of the past, carried along: averages, beliefs.
- ``recurrent``: RNN, LSTM and GRU, step by step and as layers.
- ``scans``: recurrences computed without a loop, state spaces, attention.
- ``characters``: a model of text around any recurrent layer.
- ``chorales``: piano rolls, and a model of them.
- ``sound``: how a piano roll sounds.
- ``gradients``: how far back a gradient reaches, exactly.
- ``shapes``: the shape of every tensor of a recurrent layer.
- ``padding``: a check for mistakes that make no noise.
- ``gates``: what gates do along a sequence, how long they hold, and holding them open.
- ``depth``: how far a gradient reaches through a stack of layers.
- ``train``: the training loop, and what it writes down.
- ``side_by_side``: several small networks run as one.
- ``ablation``: LSTMs trained with one gate held open, and by how much that hurts.
- ``figures``: style, colours, drawings of networks, and live figures: one door.
- ``ladder``: every model family on four data sets, and their stored results.
- ``explorers``: live figures too long for a notebook cell, by subject.
- ``progress``: what a learner has solved, kept on disk.
- ``exercises``: the exercises of every notebook, and what checks them.
"""
