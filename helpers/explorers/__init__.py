"""Live figures that would fill a screen of their notebook, a module for each subject.

Each function makes one figure and the plain function that moves it, and returns a
``LiveFigure``.
"""
