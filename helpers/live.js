// The page's side of a live figure: native controls, a picture, and an error line.
// State in the model: controls (what there is), positions (where each control stands),
// frame and alt (what is seen), error (what went wrong in the kernel).

const words = { reset: "Reset", play: "Play", pause: "Pause" };

function render({ model, el }) {
  el.classList.add("live-figure");
  const bar = make("div", { className: "live-controls", role: "group" });
  const image = make("img", {});
  const alarm = make("div", { className: "live-error", role: "alert", hidden: true });
  const timers = [];

  const setters = model.get("controls").map((control) => {
    const { box, show } = build(control, (index) => move(control.name, index), timers);
    bar.append(box);
    return () => show(model.get("positions")[control.name]);
  });
  const reset = make("button", { type: "button", textContent: words.reset });
  reset.onclick = () => {
    const start = model.get("controls").map((c) => [c.name, c.start]);
    commit(Object.fromEntries(start));
  };
  bar.append(reset);
  el.append(bar, image, alarm);

  function move(name, index) {
    commit({ ...model.get("positions"), [name]: index });
  }

  function commit(positions) {
    model.set("positions", positions);
    model.save_changes();
  }

  function showPositions() {
    setters.forEach((set) => set());
  }

  let address;
  function showFrame() {
    const outdated = address;
    address = URL.createObjectURL(new Blob([model.get("frame")], { type: "image/png" }));
    image.src = address;
    if (outdated) URL.revokeObjectURL(outdated);
  }

  function showAlt() {
    image.alt = model.get("alt");
    bar.setAttribute("aria-label", image.alt);
  }

  function showError() {
    alarm.textContent = model.get("error");
    alarm.hidden = alarm.textContent === "";
    image.classList.toggle("live-outdated", !alarm.hidden);
    if (!alarm.hidden) console.error(`live figure: ${alarm.textContent}`);
  }

  const views = {
    "change:positions": showPositions,
    "change:frame": showFrame,
    "change:alt": showAlt,
    "change:error": showError,
  };
  for (const [event, view] of Object.entries(views)) {
    view();
    model.on(event, view);
  }
  return () => {
    timers.forEach((stop) => stop());
    for (const [event, view] of Object.entries(views)) model.off(event, view);
    URL.revokeObjectURL(address);
  };
}

function build(control, onmove, timers) {
  const label = make("label", { className: `live-${control.kind}` });
  label.append(make("span", { textContent: control.label }));
  const { input, show } = builders[control.kind](control, onmove);
  input.dataset.lmSuppressShortcuts = "true"; // leave the arrow keys to the control
  input.dataset.name = control.name;
  input.setAttribute("aria-label", control.label);
  label.append(input);
  const box = make("div", { className: "live-control" });
  box.append(label);
  if (control.kind === "slider") box.append(show.reading);
  if (control.play) box.append(playButton(control, input, onmove, timers));
  return { box, show };
}

const builders = {
  slider({ texts }, onmove) {
    const input = make("input", { type: "range", min: 0, max: texts.length - 1, step: 1 });
    const reading = make("output", {});
    reading.style.minWidth = `${Math.max(...texts.map((text) => text.length))}ch`;
    const show = (index) => {
      input.value = index;
      input.setAttribute("aria-valuetext", texts[index]);
      reading.textContent = texts[index];
    };
    show.reading = reading;
    input.oninput = () => {
      show(Number(input.value));
      onmove(Number(input.value));
    };
    return { input, show };
  },

  menu({ texts }, onmove) {
    const input = make("select", {});
    input.append(...texts.map((text) => make("option", { textContent: text })));
    input.onchange = () => onmove(input.selectedIndex);
    return { input, show: (index) => (input.selectedIndex = index) };
  },

  toggle(_, onmove) {
    const input = make("input", { type: "checkbox" });
    input.onchange = () => onmove(Number(input.checked));
    return { input, show: (index) => (input.checked = index === 1) };
  },
};

function playButton({ label, texts, play }, input, onmove, timers) {
  const button = make("button", { type: "button", textContent: words.play });
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = words.play;
    button.setAttribute("aria-label", `${words.play} ${label}`);
  };
  const step = () => {
    const next = Number(input.value) + 1;
    if (next >= texts.length) return stop();
    onmove(next);
  };
  button.onclick = () => {
    if (timer !== null) return stop();
    if (Number(input.value) === texts.length - 1) onmove(0);
    timer = setInterval(step, play);
    button.textContent = words.pause;
    button.setAttribute("aria-label", `${words.pause} ${label}`);
  };
  timers.push(stop);
  stop();
  return button;
}

function make(tag, properties) {
  const { role, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  if (role) element.setAttribute("role", role);
  return element;
}

export default { render };
