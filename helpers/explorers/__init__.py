"""Figures that would fill a screen of their notebook, a module for each subject.

A function named ``..._explorer`` makes one figure and the plain function that moves it,
and returns a ``LiveFigure``. A function named ``show_...`` returns a still ``Picture``.
"""
