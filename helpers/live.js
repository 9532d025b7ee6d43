// The page's side of a live figure: native controls, a picture, and an error line.
// State in the model: controls (what there is), positions (where each control stands),
// frame_count (how often the kernel has sent a frame),
// drawn, frame and alt (what the kernel last drew, and for which positions), error (what
// went wrong there). The kernel also sends frames that may be wanted next.

const KEPT_FRAMES = 8;
const words = { reset: "Reset", play: "Play", pause: "Pause" };

function render({ model, el }) {
  el.classList.add("live-figure");
  const bar = make("div", { className: "live-controls", role: "group" });
  const image = make("img", {});
  const alarm = make("div", { className: "live-error", role: "alert", hidden: true });
  const timers = [];

  const setters = model.get("controls").map((control) => {
    const { box, show } = build(control, (index) => move(control.name, index), timers);
    box.onfocusin = () => model.send({ touched: control.name });
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
    if (frames.has(wanted())) showFrame(wanted());
  }

  function showPositions() {
    setters.forEach((set) => set());
  }

  const frames = new Map(); // by positions, as text; the newest last
  let address, shown;
  function showFrame(key) {
    const { data, alt } = frames.get(key);
    const outdated = address;
    address = URL.createObjectURL(new Blob([data], { type: "image/png" }));
    image.src = address;
    image.alt = alt;
    bar.setAttribute("aria-label", alt);
    if (outdated) URL.revokeObjectURL(outdated);
    shown = key;
  }

  function keep(positions, data, alt) {
    const key = asText(positions);
    frames.delete(key);
    frames.set(key, { data, alt });
    if (frames.size > KEPT_FRAMES) frames.delete(frames.keys().next().value);
    return key;
  }

  const asText = (positions) =>
    model.get("controls").map(({ name }) => positions[name]).join();
  const wanted = () => asText(model.get("positions"));

  function showDrawn() {
    const key = keep(model.get("drawn"), model.get("frame"), model.get("alt"));
    if (key === wanted() || shown !== wanted()) showFrame(key);
  }

  function keepAhead({ drawn, alt }, [data]) {
    const key = keep(drawn, data, alt);
    if (key === wanted() && key !== shown) showFrame(key);
  }

  function showError() {
    alarm.textContent = model.get("error");
    alarm.hidden = alarm.textContent === "";
    image.classList.toggle("live-outdated", !alarm.hidden);
    if (!alarm.hidden) console.error(`live figure: ${alarm.textContent}`);
  }

  const views = {
    "change:positions": showPositions,
    "change:frame_count": showDrawn,
    "change:error": showError,
  };
  for (const [event, view] of Object.entries(views)) {
    view();
    model.on(event, view);
  }
  model.on("msg:custom", keepAhead);
  return () => {
    timers.forEach((stop) => stop());
    for (const [event, view] of Object.entries(views)) model.off(event, view);
    model.off("msg:custom", keepAhead);
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
