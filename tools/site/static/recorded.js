// A live figure without a kernel: the model that live.js talks to is a folder of frames.
//
// record.py has drawn every state. figure.js holds the controls and the first frame; the
// others lie in bricks, boxes of the grid that the controls span, each in a script that
// is loaded when a control that leads into it is held. Scripts, unlike other files, may be
// loaded by a page that was opened from a disk.

const recorded = (() => {
  const NEAR = "400px"; // of the window, where a figure is made ready

  // Every text of this file that a learner reads.
  const words = {
    busy: "The next pictures are being loaded.",
    missing:
      "Some pictures of this figure could not be loaded. Is the page's folder complete, " +
      "and is there a network? The last picture stays.",
    coarser: "In the notebook, this figure has finer steps: ",
  };

  // Scripts: each calls take with its name and what it holds, deflated.

  const waiting = new Map(); // what to do with a script, by its name
  const loads = new Map(); // promises of scripts, by their names

  function load(root, name) {
    if (!loads.has(name)) {
      const arrived = new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = `${root}/${name}.js`;
        script.onerror = () => reject(new Error(`${name} is missing`));
        script.onload = () => reject(new Error(`${name} holds nothing`)); // or has come
        document.head.append(script);
      }).then(unpack);
      arrived.catch(() => loads.delete(name)); // it may come at the next try
      loads.set(name, arrived);
    }
    return loads.get(name);
  }

  function take(name, text) {
    waiting.get(name)?.(text);
    waiting.delete(name);
  }

  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream();
    const inflated = stream.pipeThrough(new DecompressionStream("deflate"));
    return new Response(inflated).json();
  }

  // The model: what anywidget's model is to live.js.

  class Model {
    constructor(root, label, { first, controls, brick, size, width }) {
      Object.assign(this, { root, label, brick, controls });
      this.bricks = new Map();
      this.listeners = new Map();
      this.backgrounds = new Map();
      this.wanted = 0; // the number of the last move
      this.start = controls.map((control) => control.start);
      this.state = { controls, size, width, name: label, fonts: [], error: "", words };
      this.keep(first);
      this.state.frame = this.frame(first.frames[0], this.start, null);
      this.state.background = [...this.backgrounds].at(-1);
    }

    get(name) {
      return this.state[name];
    }

    on(event, listener) {
      const others = this.listeners.get(event) ?? new Set();
      this.listeners.set(event, others.add(listener));
    }

    off(event, listener) {
      this.listeners.get(event)?.delete(listener);
    }

    fire(event, content) {
      this.listeners.get(event)?.forEach((listener) => listener(content));
    }

    set(name, value) {
      this.state[name] = value;
      this.fire(`change:${name}`);
    }

    send({ move, number, touched, want }) {
      if (move) this.move(this.controls.map(({ name }) => move[name]), number);
      if (want) this.fire("msg:custom", { background: [want, this.backgrounds.get(want)] });
      if (touched) this.fetchAlong(this.controls.findIndex((c) => c.name === touched));
    }

    async move(places, number) {
      const name = this.brickOf(places);
      this.wanted = number;
      try {
        if (!this.bricks.has(name)) await this.fetch(name);
      } catch {
        if (this.wanted === number) this.set("error", words.missing);
        return this.fire("msg:custom", { failed: number });
      }
      if (this.wanted !== number) return this.fire("msg:custom", { failed: number });
      this.places = places;
      if (this.state.error) this.set("error", "");
      const stored = this.bricks.get(name)[this.inBrick(places)];
      this.set("frame", this.frame(stored, places, number));
    }

    frame([background, moving, alt], places, answers) {
      const names = this.controls.map(({ name }) => name);
      const positions = Object.fromEntries(names.map((name, k) => [name, places[k]]));
      this.state.background = [background, this.backgrounds.get(background)];
      this.fire("change:background");
      return { background, moving, alt, answers, positions };
    }

    // Bricks, by the places of their corners.

    brickOf(places) {
      const corner = places.map((place, k) => Math.floor(place / this.brick[k]));
      return corner.join("-") || "0";
    }

    inBrick(places) {
      let index = 0;
      places.forEach((place, k) => {
        const side = this.brick[k];
        const from = place - (place % side);
        index = index * Math.min(side, this.controls[k].texts.length - from) + place - from;
      });
      return index;
    }

    async fetch(name) {
      const brick = await load(this.root, `${this.label}/${name}`);
      this.keep(brick);
      this.bricks.set(name, brick.frames);
    }

    fetchAlong(k) {
      const here = this.places ?? this.start;
      for (let place = 0; place < this.controls[k].texts.length; place += this.brick[k]) {
        const name = this.brickOf(here.map((other, n) => (n === k ? place : other)));
        if (!this.bricks.has(name)) this.fetch(name).catch(() => {}); // said at a move
      }
    }

    keep({ backgrounds }) {
      for (const [name, svg] of Object.entries(backgrounds)) this.backgrounds.set(name, svg);
    }
  }

  // Figures: made ready when they come near the window, loaded when they are touched.

  async function begin(element) {
    const { root, figure } = element.dataset;
    let described;
    try {
      described = await load(root, `${figure}/figure`);
    } catch (error) {
      element.textContent = words.missing;
      element.className = "live-error";
      return;
    }
    const model = new Model(root, figure, described);
    liveFigure.render({ model, el: element });
    const touch = () => model.fetchAlong(0);
    for (const event of ["pointerenter", "focusin", "touchstart"]) {
      element.addEventListener(event, touch, { once: true, passive: true });
    }
    sayWhatIsCoarser(element, model.controls);
  }

  function sayWhatIsCoarser(element, controls) {
    const coarse = controls.filter((control) => control.texts.length < control.lab);
    if (coarse.length === 0) return;
    const note = document.createElement("p");
    note.className = "live-coarser";
    const names = coarse.map((c) => `${c.description} (${c.lab} for ${c.texts.length})`);
    note.textContent = `${words.coarser}${names.join(", ")}.`;
    element.append(note);
  }

  function start() {
    document.documentElement.dataset.liveFonts = "in the style sheet";
    const figures = document.querySelectorAll(".live-recorded");
    const watcher = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!isIntersecting) continue;
          watcher.unobserve(target);
          begin(target);
        }
      },
      { rootMargin: NEAR },
    );
    figures.forEach((figure) => watcher.observe(figure));
  }

  document.addEventListener("DOMContentLoaded", start);
  return { take };
})();
