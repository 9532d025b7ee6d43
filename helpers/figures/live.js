// The page's side of a live figure: native controls, a picture in two layers, a note.
//
// State in the model: controls (what there is), size and width (of the drawing),
// background (the last one made, with its name), frame (the last one shown: positions of
// the controls, name of its background, moving part, alt text), error (what went wrong
// there), fonts. The page sends moves, each with a number, and a frame says which move it
// answers. Two moves may be under way, so that the kernel draws while a frame travels;
// of all others only the latest waits. The kernel also sends frames that may be wanted
// next, and backgrounds that this page asks for.

const KEPT_FRAMES = 8;
const KEPT_BACKGROUNDS = 96; // the kernel counts on 64
const PATIENCE = 250; // milliseconds without an answer before the page says so
const QUICK = 100; // milliseconds to an answer, below which two moves are under way
const REST = 600; // milliseconds without a step before the alt text is announced
const SVG = "http://www.w3.org/2000/svg";
const GONE = ["autorestarting", "restarting", "dead", "terminating"];

// Every text of this file that a learner reads. A model may bring others of its own.
const words = {
  reset: "Reset",
  play: "Play",
  pause: "Pause",
  busy: "The kernel is busy. The picture follows when it is done.",
  gone: "The kernel has stopped. Run this cell again to move the figure.",
};

function initialize({ model }) {
  loadFonts(model.get("fonts"));
  model.on("change:fonts", () => loadFonts(model.get("fonts")));
}

function render({ model, el }) {
  el.classList.add("live-figure");
  const controls = model.get("controls");
  const told = { ...words, ...model.get("words") };
  const id = Math.random().toString(36).slice(2); // of this view among others
  const timers = [];
  const stage = makeStage(model.get("size"), model.get("width"));
  const alarm = make("div", { className: "live-error", role: "alert", hidden: true });
  const note = make("div", { className: "live-note", role: "status", hidden: true });
  const voice = make("div", { className: "live-voice" });
  voice.setAttribute("aria-live", "polite");

  let wanted = model.get("frame").positions; // where the controls of this view stand
  const bar = makeControls(controls, {
    move: (name, place) => commit({ ...wanted, [name]: place }),
    touch: (name) => tell({ touched: name }),
    reset: () => {
      timers.forEach((stop) => stop());
      commit(Object.fromEntries(controls.map((c) => [c.name, c.start])));
    },
    isShown: () => shown === asText(wanted),
    timers,
  });
  bar.show(wanted);
  el.append(bar.element, stage.element, note, alarm, voice);

  function tell(content) {
    if (isGone) return;
    try {
      model.send(content);
    } catch {
      lose(); // the way to the kernel is closed
    }
  }

  // Frames, by the positions they belong to.

  const frames = new Map();
  const backgrounds = new Map();
  const asText = (positions) => controls.map(({ name }) => positions[name]).join();
  let shown, isGone, waiting, resting;

  function showFrame(key) {
    const frame = frames.get(key);
    if (!backgrounds.has(frame.background)) {
      return tell({ want: frame.background });
    }
    stage.show(frame, backgrounds.get(frame.background));
    bar.element.setAttribute("aria-label", frame.alt);
    if (shown === undefined) hideStill();
    else if (shown !== key) announce(frame.alt);
    shown = key;
    if (key === asText(wanted)) answer();
  }

  function keep(frame) {
    const key = asText(frame.positions);
    put(frames, key, frame, KEPT_FRAMES);
    return key;
  }

  function keepBackground([name, svg]) {
    put(backgrounds, name, svg, KEPT_BACKGROUNDS);
  }

  // Moves: to the kernel, and back as frames.

  const flight = new Map(); // when a move was sent, by its number
  let asked = asText(wanted);
  let trip = 0; // milliseconds that the last answer took
  let count = 0;

  function commit(positions) {
    if (isGone) return bar.show(wanted);
    wanted = positions;
    bar.show(wanted);
    if (frames.has(asText(wanted))) showFrame(asText(wanted));
    else expectAnswer();
    pump();
  }

  function pump() {
    if (asked === asText(wanted)) return;
    if (flight.size >= (trip < QUICK ? 2 : 1)) return;
    const number = `${id}-${(count += 1)}`;
    asked = asText(wanted);
    flight.set(number, performance.now());
    tell({ move: wanted, number });
  }

  function land(number) {
    if (!flight.has(number)) return;
    trip = performance.now() - flight.get(number);
    flight.delete(number);
  }

  function showDrawn() {
    const frame = model.get("frame");
    const key = keep(frame);
    land(frame.answers);
    const isMine = flight.size > 0 || asked !== asText(wanted);
    if (key !== asText(wanted) && !isMine) {
      wanted = frame.positions; // moved by code, or in another view
      asked = key;
      bar.show(wanted);
    }
    if (key === asText(wanted) || shown !== asText(wanted)) showFrame(key);
    pump();
  }

  function hear({ ahead, background, failed }) {
    if (background) {
      keepBackground(background);
      if (frames.has(asText(wanted))) showFrame(asText(wanted));
      else showDrawn();
    }
    if (ahead) {
      const key = keep(ahead);
      if (key === asText(wanted) && key !== shown) showFrame(key);
    }
    if (failed) {
      land(failed);
      pump();
      if (asked === asText(wanted)) answer();
    }
  }

  // Notes: a busy kernel, a kernel that has gone, an error in draw.

  function expectAnswer() {
    waiting ??= setTimeout(() => say(told.busy), PATIENCE);
  }

  function answer() {
    clearTimeout(waiting);
    waiting = undefined;
    if (!isGone) say("");
  }

  function say(text) {
    note.textContent = text;
    note.hidden = text === "";
    stage.fade(text !== "" || !alarm.hidden);
  }

  function showError() {
    alarm.textContent = model.get("error");
    alarm.hidden = alarm.textContent === "";
    if (!alarm.hidden) {
      timers.forEach((stop) => stop());
      answer();
      console.error(`live figure: ${alarm.textContent}`);
    }
    stage.fade(!alarm.hidden || !note.hidden);
  }

  function lose() {
    if (isGone) return;
    clearTimeout(waiting);
    isGone = true;
    timers.forEach((stop) => stop());
    say(told.gone);
  }

  function announce(alt) {
    clearTimeout(resting);
    resting = setTimeout(() => (voice.textContent = alt), REST);
  }

  // The picture that stands above in the file is hidden while this one is there.

  const hiding = make("style", {});
  function hideStill() {
    const still = `.live-still[data-figure="${model.get("name")}"]`;
    hiding.textContent = `${still} { display: none }`;
    document.head.append(hiding);
  }
  const leave = ({ relatedTarget }) => el.contains(relatedTarget) || tell({ left: true });
  el.addEventListener("focusout", leave); // not from one control to the next
  el.addEventListener("pointerleave", leave);

  const views = {
    "change:background": () => keepBackground(model.get("background")),
    "change:frame": showDrawn,
    "change:error": showError,
  };
  for (const [event, view] of Object.entries(views)) {
    view();
    model.on(event, view);
  }
  model.on("msg:custom", hear);
  if (!hasFonts()) tell({ want_fonts: true });
  const unwatch = watchKernel(model, el, lose);
  return () => {
    timers.forEach((stop) => stop());
    [waiting, resting].forEach(clearTimeout);
    for (const [event, view] of Object.entries(views)) model.off(event, view);
    model.off("msg:custom", hear);
    hiding.remove();
    unwatch();
  };
}

// The picture: an SVG of what does not move, and on top of it what does.

function makeStage([width, height], pixels) {
  const element = make("div", { className: "live-stage" });
  const svg = document.createElementNS(SVG, "svg");
  const [back, front] = [0, 0].map(() => document.createElementNS(SVG, "g"));
  back.setAttribute("class", "live-background");
  front.setAttribute("class", "live-moving");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("role", "figure");
  svg.style.width = `${pixels}px`;
  svg.append(back, front);
  element.append(svg);
  let name;
  return {
    element,
    show(frame, background) {
      if (frame.background !== name) back.innerHTML = background;
      name = frame.background;
      front.innerHTML = frame.moving;
      svg.setAttribute("aria-label", frame.alt);
    },
    fade: (isOld) => element.classList.toggle("live-outdated", isOld),
  };
}

// The controls: native inputs, with names, and a button that takes them back.

function makeControls(controls, page) {
  const { move, touch, reset } = page;
  const element = make("div", { className: "live-controls", role: "group" });
  const setters = controls.map((control) => {
    const onmove = (place) => move(control.name, place);
    const { box, show } = makeControl(control, onmove, page);
    box.addEventListener("focusin", () => touch(control.name));
    element.append(box);
    return (positions) => show(positions[control.name]);
  });
  const button = make("button", { type: "button", textContent: words.reset });
  button.onclick = reset;
  element.append(button);
  return { element, show: (positions) => setters.forEach((set) => set(positions)) };
}

function makeControl(control, onmove, page) {
  const label = make("label", { className: `live-${control.kind}` });
  label.append(make("span", { textContent: control.description }));
  const { input, show, reading } = builders[control.kind](control, onmove);
  input.dataset.lmSuppressShortcuts = "true"; // leave the arrow keys to the control
  input.dataset.name = control.name;
  input.setAttribute("aria-label", control.description);
  label.append(input);
  const box = make("div", { className: "live-control" });
  box.append(label);
  if (reading) box.append(reading);
  if (control.play) box.append(playButton(control, input, onmove, page));
  return { box, show };
}

const builders = {
  slider({ texts }, onmove) {
    const input = make("input", { type: "range", min: 0, max: texts.length - 1, step: 1 });
    const reading = make("output", { ariaLive: "off" }); // the slider itself is read
    reading.style.minWidth = `${Math.max(...texts.map((text) => text.length))}ch`;
    const show = (place) => {
      input.value = place;
      input.setAttribute("aria-valuetext", texts[place]);
      reading.textContent = texts[place];
    };
    input.oninput = () => {
      show(Number(input.value));
      onmove(Number(input.value));
    };
    return { input, show, reading };
  },

  menu({ texts }, onmove) {
    const input = make("select", {});
    input.append(...texts.map((text) => make("option", { textContent: text })));
    input.onchange = () => onmove(input.selectedIndex);
    return { input, show: (place) => (input.selectedIndex = place) };
  },

  toggle(_, onmove) {
    const input = make("input", { type: "checkbox" });
    input.onchange = () => onmove(Number(input.checked));
    return { input, show: (place) => (input.checked = place === 1) };
  },
};

function playButton({ description, texts, play }, input, onmove, { timers, isShown }) {
  const button = make("button", { type: "button", textContent: words.play });
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = words.play;
    button.setAttribute("aria-label", `${words.play} ${description}`);
  };
  const step = () => {
    if (!isShown()) return; // a slow figure is played slowly
    const next = Number(input.value) + 1;
    if (next >= texts.length) return stop();
    onmove(next);
  };
  button.onclick = () => {
    if (timer !== null) return stop();
    if (Number(input.value) === texts.length - 1) onmove(0);
    timer = setInterval(step, play);
    button.textContent = words.pause;
    button.setAttribute("aria-label", `${words.pause} ${description}`);
  };
  timers.push(stop);
  stop();
  return button;
}

// The kernel: gone for good, in whichever way a front end tells of it.

function watchKernel(model, el, lose) {
  const kernel = model.widget_manager?.kernel;
  const look = (_, status) => GONE.includes(status) && lose();
  const ask = () => el.closest(".jupyter-widgets-disconnected") && lose();
  kernel?.statusChanged?.connect(look);
  kernel?.disposed?.connect(lose); // shut down
  model.on("comm_live_update", ask);
  ask();
  return () => {
    kernel?.statusChanged?.disconnect(look);
    kernel?.disposed?.disconnect(lose);
    model.off("comm_live_update", ask);
  };
}

// The fonts that texts were measured in, once for a page.

const hasFonts = () => "liveFonts" in document.documentElement.dataset;

function loadFonts(fonts) {
  if (hasFonts() || fonts.length === 0) return;
  document.documentElement.dataset.liveFonts = fonts.length;
  for (const { face, data } of fonts) {
    const [family, weight, style] = face;
    document.fonts.add(new FontFace(family, data, { weight, style }));
  }
}

function put(map, key, value, most) {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value);
}

function make(tag, properties) {
  const { role, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  if (role) element.setAttribute("role", role);
  return element;
}

export default { initialize, render };
