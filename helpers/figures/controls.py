"""The controls of a live figure, and what else is taken for one.

A control is a Slider, a Menu or a Toggle; an abbreviation as ``ipywidgets.interact``
takes it, such as ``(1, 200)`` or ``["tanh", "relu"]``; or a control of ``ipywidgets``.
All of them become a Control: a row of values that can be told by their places.
"""

import math
from typing import NamedTuple

import ipywidgets
import numpy as np

FIRST = object()  # "the first option", since None may be an option
MOST = 10_000  # values of one control; more is a mistake in its step
BOUNDED = (
    ipywidgets.IntSlider,
    ipywidgets.FloatSlider,
    ipywidgets.BoundedIntText,
    ipywidgets.BoundedFloatText,
    ipywidgets.Play,
)
MENUS = (
    ipywidgets.Dropdown,
    ipywidgets.Select,
    ipywidgets.RadioButtons,
    ipywidgets.ToggleButtons,
)
TOGGLES = (ipywidgets.Checkbox, ipywidgets.ToggleButton)


class Control(NamedTuple):
    """A control as a page shows it: the values it can stand on, in order."""

    kind: str  # "slider", "menu" or "toggle"
    description: str
    states: list  # the values
    texts: list  # what is shown for each of them
    start: int  # the place of the value it starts on
    play: int | None = None  # milliseconds between steps of its play button
    web: list | None = None  # places that a page without a kernel has, None for all

    def place(self, value):
        """Return the place of a value.

        Raises:
            ValueError: if the control cannot stand on it.
        """
        for place, state in enumerate(self.states):
            if _is_same(state, value):
                return place
        ends = f"from {self.states[0]!r} to {self.states[-1]!r}"
        raise ValueError(
            f"{self.description!r} must be one of its {len(self.states)} values "
            f"{ends}; got {value!r}"
        )


class Slider(NamedTuple):
    """A control that steps through evenly spaced numbers."""

    description: str  # the name of the control, read by eyes and by screen readers
    min: float
    max: float  # the largest number; reachable if a whole number of steps away
    step: float = 1  # whole numbers throughout give whole numbers
    value: float | None = None  # where it starts, ``min`` if None
    unit: str = ""  # written behind the number
    play: int | None = None  # milliseconds between steps of a play button, or no button
    web: int | None = None  # how many steps are one on a page without a kernel

    def control(self):
        """Return the Control."""
        name = self.description
        if not self.min <= self.max or not self.step > 0:
            found = f"min {self.min}, max {self.max}, step {self.step}"
            raise ValueError(
                f"{name!r} needs min <= max and a step above 0; got {found}"
            )
        count = math.floor((self.max - self.min) / self.step + 1e-9) + 1
        if count > MOST:
            raise ValueError(
                f"{name!r} must have {MOST:,} values or fewer; got {count:,}"
            )
        states = [round(self.min + k * self.step, 10) for k in range(count)]
        texts = [f"{state:g} {self.unit}".strip() for state in states]
        start = self.min if self.value is None else self.value
        slider = Control("slider", name, states, texts, 0, self.play)
        slider = _started(slider, start)
        return slider._replace(web=self._web(count, slider.start))

    def _web(self, count, start):
        """Return the places that a page without a kernel has, or None for all."""
        if self.web is None:
            return None
        return sorted({0, count - 1, *range(start % self.web, count, self.web)})

    def states(self):
        """Return the list of numbers that the slider can stand on."""
        return self.control().states


class Menu(NamedTuple):
    """A control that picks one of a few options."""

    description: str
    options: list | dict  # values, or a dict from the text shown to the value
    value: object = FIRST  # the one it starts on, the first if not given
    web: list | None = None  # values that a page without a kernel has, None for all

    def control(self):
        """Return the Control."""
        is_named = isinstance(self.options, dict)
        states = list(self.options.values() if is_named else self.options)
        texts = [str(option) for option in self.options]
        if not states:
            raise ValueError(f"{self.description!r} must have an option; got none")
        start = states[0] if self.value is FIRST else self.value
        menu = _started(Control("menu", self.description, states, texts, 0), start)
        web = None if self.web is None else [menu.place(value) for value in self.web]
        return menu._replace(web=web)


class Toggle(NamedTuple):
    """A control that is on or off."""

    description: str
    value: bool = False

    def control(self):
        """Return the Control."""
        name, start = self.description, int(self.value)
        return Control("toggle", name, [False, True], ["off", "on"], start)


def control_of(name, given):
    """Return the Control for what a caller has given for an argument of ``draw``.

    Args:
        name: of the argument, which is its description if it has no other.
        given: a Slider, Menu or Toggle, an abbreviation as for
            ``ipywidgets.interact``, or one of the controls of ``ipywidgets`` that has
            a countable number of values.

    Returns:
        The Control, and the ``ipywidgets`` control if one was given, else None.

    Raises:
        TypeError: if it is none of these.
        ValueError: if it starts on a value that it cannot stand on.
    """
    if isinstance(given, (Slider, Menu, Toggle)):
        return given.control(), None
    if isinstance(given, ipywidgets.Widget):
        return _from_widget(name, given), given
    abbreviated = None
    if not isinstance(given, str):
        abbreviated = ipywidgets.interactive.widget_from_abbrev(given)
    if abbreviated is None:
        raise TypeError(_expected(name, given))
    control = _from_widget(name, abbreviated)
    for widget in (abbreviated.style, abbreviated.layout, abbreviated):
        widget.close()  # it was only read
    return control, None


def _from_widget(name, widget):
    description = widget.description or name
    if isinstance(widget, TOGGLES):
        return Toggle(description, widget.value).control()
    if isinstance(widget, MENUS):
        return Menu(description, dict(_options(widget)), widget.value).control()
    if isinstance(widget, ipywidgets.SelectionSlider):
        texts, states = (list(part) for part in zip(*_options(widget), strict=True))
        slider = Control("slider", description, states, texts, 0)
        return _started(slider, widget.value)
    if isinstance(widget, ipywidgets.FloatLogSlider):
        exponents = Slider(description, widget.min, widget.max, widget.step).states()
        states = [float(f"{widget.base**e:.10g}") for e in exponents]
        texts = [f"{state:.3g}" for state in states]
        slider = Control("slider", description, states, texts, 0)
        return slider._replace(start=_nearest(states, widget.value))
    if isinstance(widget, BOUNDED):
        play = getattr(widget, "interval", None)
        step = widget.step or (widget.max - widget.min) / 100
        given = description, widget.min, widget.max, step, None, "", play
        slider = Slider(*given).control()
        return slider._replace(start=_nearest(slider.states, widget.value))
    raise TypeError(_expected(name, widget))


def _options(widget):
    """Return the pairs of text and value of a control with options."""
    options = widget.options
    pairs = list(options.items()) if isinstance(options, dict) else options
    if not all(_is_pair(pair) for pair in pairs):
        return [(str(option), option) for option in options]
    return [(str(text), value) for text, value in pairs]


def _is_pair(option):
    return isinstance(option, (tuple, list)) and len(option) == 2


def _expected(name, given):
    return (
        f"{name} must be a Slider, Menu or Toggle, an abbreviation such as (0, 10), "
        f"[1, 2, 3] or True, or a slider, menu or checkbox of ipywidgets; got {given!r}"
    )


def _started(control, value):
    return control._replace(start=control.place(value))


def _nearest(states, value):
    """Return the place of the number closest to a value, which may lie between two."""
    return int(np.abs(np.asarray(states, dtype=float) - value).argmin())


def _is_same(state, value):
    """Tell whether two options are one; arrays and the like only if identical."""
    if state is value:
        return True
    try:
        return bool(state == value)
    except Exception:
        return False
