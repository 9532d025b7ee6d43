// Exercises on a page: an answer that is a letter or numbers is checked here, and what
// has been solved is kept in this browser.

(() => {
  const STORE = "rnn-course-solved";
  const CLOSE = 1e-6; // relative error of a right number
  const TYPED = 2e-3; // of a known wrong one, which a hand may have rounded

  // Every text of this file that a learner reads.
  const words = {
    unreadable: "Write a letter such as c, or a number such as 0.25 or 1/4.",
    solved: "solved in this browser",
    forgotten: "This browser keeps nothing, so it will forget that you solved this.",
  };

  // What is solved, by the exercise's number.

  function solved() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) ?? {};
    } catch {
      return {}; // no storage, or not ours
    }
  }

  function remember(id) {
    const today = new Date().toISOString().slice(0, 10);
    try {
      localStorage.setItem(STORE, JSON.stringify({ [id]: today, ...solved() }));
      return true;
    } catch {
      return false;
    }
  }

  function mark(section) {
    const id = section.dataset.exercise;
    const date = solved()[id];
    const heading = section.closest("section[id]")?.querySelector("h2, h3, h4");
    if (!date || !heading || heading.querySelector(".course-solved")) return;
    const badge = document.createElement("span");
    badge.className = "course-solved";
    badge.textContent = ` ✓ ${words.solved}, ${date}`;
    heading.append(badge);
  }

  // Answers: a letter, a number, or several numbers.

  function read(text) {
    const plain = text.trim().replace(/^["'([]+|["')\].]+$/g, "").trim();
    if (/^[a-z]$/i.test(plain)) return plain.toLowerCase();
    const parts = plain.split(/\s*[,;]\s+|;|\s+/).filter(Boolean);
    const numbers = parts.map(asNumber);
    return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : null;
  }

  function asNumber(text) {
    const [over, under = "1", ...more] = text.replaceAll("_", "").split("/");
    const [a, b] = [over, under].map((part) => Number(part.replace(",", ".")));
    return more.length > 0 || over === "" ? NaN : a / b;
  }

  function isSame(given, known, error) {
    if (typeof known === "string") return given === known.toLowerCase();
    if (typeof given === "string") return false;
    const numbers = [known].flat();
    const near = (x, y) => Math.abs(x - y) <= error * Math.max(Math.abs(y), 1e-9);
    return given.length === numbers.length && numbers.every((y, k) => near(given[k], y));
  }

  function reply(text, replies) {
    const given = read(text);
    const [right, ...wrong] = replies;
    if (given === null) return [words.unreadable, false];
    if (isSame(given, right.value, CLOSE)) return [right.card, true];
    const known = [CLOSE, TYPED].map((error) =>
      wrong.find(({ value }) => value !== null && isSame(given, value, error)),
    );
    return [(known.find(Boolean) ?? wrong.at(-1)).card, false];
  }

  function prepare(section) {
    mark(section);
    const form = section.querySelector("form");
    if (!form) return;
    const replies = JSON.parse(form.querySelector("script").textContent);
    const verdict = form.querySelector(".course-verdict");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [text, isRight] = reply(form.querySelector("input").value, replies);
      verdict.innerHTML = text;
      if (!isRight) return;
      if (!remember(section.dataset.exercise)) verdict.append(words.forgotten);
      mark(section);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".course-exercise").forEach(prepare);
  });
})();
