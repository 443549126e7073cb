"use strict";
// Okabe and Ito's palette, which can be told apart by colour-blind readers; regions beyond it repeat it and have their numbers
const COLOURS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#bbbbbb"];
const byId = (id) => document.getElementById(id);
const made = (name, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.append(...children);
  return element;
};
const formula = (markup) => { const span = made("span"); span.innerHTML = markup; return span; };
const along = (q, share) => { // the value of a parameter at a share of its axis
  const value = q.low + (q.high - q.low) * share;
  return q.whole ? Math.round(value) : value;
};
const shown = (value) => Number.isFinite(value) ? String(+value.toPrecision(6)) : "undefined";

// -- filter and search
const articles = [...document.querySelectorAll("article")];
const words = new Map(articles.map((a) => [a, (a.textContent + " " + a.closest(".file").querySelector("h2").textContent).toLowerCase()]));
function filter() {
  const wanted = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean), verdict = byId("verdict").value;
  let count = 0;
  for (const article of articles) {
    const fits = !verdict || (verdict === "unexpected" ? article.dataset.expected === "false" : article.dataset.verdict === verdict);
    article.hidden = !(fits && wanted.every((word) => words.get(article).includes(word)));
    count += !article.hidden;
  }
  for (const file of document.querySelectorAll(".file")) file.hidden = !file.querySelector("article:not([hidden])");
  byId("shown").textContent = `${count} of ${articles.length} shown`;
}
byId("search").addEventListener("input", filter);
byId("verdict").addEventListener("change", filter);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("theme").addEventListener("click", () => {
  const dark = !(document.documentElement.classList.contains("dark")
    || (!document.documentElement.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches));
  document.documentElement.className = dark ? "dark" : "light";
  byId("theme").setAttribute("aria-pressed", dark);
  explorers.forEach((one) => one.opened && one.paint());
});

// -- explorers
class Explorer {
  constructor(details) {
    this.details = details;
    this.number = Number(details.dataset.game);
    this.game = GAMES[this.number];
    this.code = CODE[this.number];
    this.opened = false;
    details.addEventListener("toggle", () => details.open && this.open());
  }

  open(values) {
    if (!this.opened) {
      this.opened = true;
      const [start, axes] = this.telling();
      this.sliders = this.game.parameters.map((q, k) => this.slider(q, k, start[k]));
      this.axes = ["across", "up"].map((name, k) => this.axis(name, axes[k]));
      const canvas = this.canvas = this.details.querySelector("canvas");
      const drag = (event) => event.buttons & 1 && this.pick(event);
      canvas.addEventListener("pointerdown", drag);
      canvas.addEventListener("pointermove", drag);
      this.details.querySelector("figure").hidden = this.game.parameters.length < 2;
      this.details.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    }
    for (const [name, value] of values ?? []) {
      const k = this.game.parameters.findIndex((q) => q.name === name);
      if (k >= 0 && Number.isFinite(Number(value))) this.sliders[k].value = value;
      for (const [place, axis] of [["across", 0], ["up", 1]]) {
        const chosen = this.game.parameters.findIndex((q) => q.name === value);
        if (name === `.${place}` && chosen >= 0) this.axes[axis].value = chosen;
      }
    }
    this.update(false);
  }

  telling() { // the point, and the two parameters, with the most regions around
    let best = [this.game.starts[0], [0, this.game.parameters.length - 1]], most = 0;
    for (const start of this.game.starts) {
      this.game.parameters.forEach((q, i) => this.game.parameters.slice(0, i).forEach((r, j) => {
        const here = [...start], met = new Map();
        for (let k = 0; k < 64; k += 1) {
          here[i] = along(q, (k % 8 + 0.5) / 8);
          here[j] = along(r, ((k >> 3) + 0.5) / 8);
          const [assumed, where] = this.code(here), region = assumed.every(Boolean) ? where.indexOf(true) : -1;
          if (region >= 0) met.set(region, (met.get(region) ?? 0) + 1);
        }
        const score = [...met.values()].reduce((sum, count) => sum + Math.min(count, 6), 0);
        if (score > most) [best, most] = [[start, [j, i]], score];
      }));
    }
    return best;
  }

  slider(q, k, start) {
    const input = made("input", { type: "range", min: q.low, max: q.high, step: q.whole ? 1 : "any", value: start, id: `s${this.number}-${k}` });
    input.setAttribute("aria-label", q.meaning ? `${q.shown}, ${q.meaning}` : q.shown);
    const value = made("output", { htmlFor: input.id });
    input.addEventListener("input", () => this.update(true));
    input.addEventListener("keydown", (event) => this.key(event, input, q));
    const label = made("label", { htmlFor: input.id }, formula(q.formula), input, value);
    if (q.meaning) label.append(made("small", { textContent: q.meaning, dir: "auto" }));
    this.details.querySelector("form").append(label);
    return input;
  }

  key(event, input, q) { // steps of a slider that can take any value
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const to = Number(input.value) + steps[event.key] * q.step;
    input.value = +Math.min(q.high, Math.max(q.low, to)).toPrecision(12);
    this.update(true);
  }

  axis(name, k) {
    const select = this.details.querySelector(`.${name}`);
    this.game.parameters.forEach((q, j) => select.append(made("option", { value: j, textContent: q.shown })));
    select.value = k;
    select.addEventListener("change", () => this.update(true));
    return select;
  }

  get point() { return this.sliders.map((slider) => Number(slider.value)); }

  pick(event) {
    const box = this.canvas.getBoundingClientRect();
    const shares = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    this.axes.forEach((axis, k) => {
      const q = this.game.parameters[axis.value];
      this.sliders[axis.value].value = +along(q, shares[k]).toPrecision(4);
    });
    this.update(true);
  }

  update(remember) {
    const point = this.point, [assumed, where, values] = this.code(point);
    this.sliders.forEach((slider, k) => { slider.nextSibling.textContent = shown(point[k]); });
    const holds = assumed.every(Boolean);
    let met = holds ? where.flatMap((yes, k) => yes ? [k] : []) : [];
    if (this.game.exclusive) met = met.slice(0, 1);
    this.details.dataset.regions = met.map((k) => k + 1).join(" ");
    const line = this.details.querySelector(".where");
    line.replaceChildren();
    if (!holds) line.append("Outside the assumptions: ", ...this.game.assumptions.flatMap((a, k) => assumed[k] ? [] : [formula(a), " fails. "]));
    else if (!met.length) line.append("None of the equilibria exists at this point.");
    else line.append(met.map((k) => `${k + 1}. ${this.game.regions[k].name}${this.game.regions[k].attained ? "" : " (no equilibrium)"}`).join("; "));
    this.details.querySelector(".values tbody").replaceChildren(...met.flatMap((k) => this.rows(this.game.regions[k], values)));
    this.canvas.setAttribute("aria-label", `Regions over two parameters; the point is in ${line.textContent}`);
    if (remember) this.remember(point);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.later);
    this.frame = requestAnimationFrame(() => this.paint());
    this.later = setTimeout(() => this.paint(2), 200); // finer once the point rests
  }

  rows(region, values) {
    const number = (value, fallback) => value === null ? formula(fallback) : shown(values[value]);
    const row = (name, ...value) => made("tr", {}, made("th", { scope: "row", textContent: name, dir: "auto" }), made("td", {}, ...value));
    const moves = region.moves.map((move) => {
      const name = move.choice ? `${move.player}, ${move.choice}` : move.player;
      if (move.action !== undefined) return row(name, move.action);
      if (move.mixture) return row(name, move.mixture.map((m) => `${m.action}: ${m.value === null ? "?" : shown(values[m.value])}`).join(", "));
      if (move.between) return row(name, "any from ", number(move.between[0], move.formula), " to ", number(move.between[1], move.formula));
      return row(name, number(move.value, move.formula));
    });
    return [...moves, ...region.payoffs.map((paid) => row(`payoff of ${paid.player}`, number(paid.value, paid.formula)))];
  }

  remember(point) {
    const state = new URLSearchParams({ game: this.game.name });
    this.game.parameters.forEach((q, k) => state.set(q.name, String(point[k])));
    ["across", "up"].forEach((name, k) => state.set(`.${name}`, this.game.parameters[this.axes[k].value].name));
    history.replaceState(null, "", `#${state}`);
  }

  paint(cell = 5) {
    if (this.game.parameters.length < 2) return;
    const [i, j] = this.axes.map((axis) => Number(axis.value));
    const context = this.canvas.getContext("2d"), { width, height } = this.canvas;
    const [q, r] = [this.game.parameters[i], this.game.parameters[j]], point = this.point, here = [...point];
    const style = getComputedStyle(document.documentElement), paper = style.getPropertyValue("background-color");
    const sums = this.game.regions.map(() => [0, 0, 0]);
    context.clearRect(0, 0, width, height);
    for (let x = 0; x < width; x += cell) {
      for (let y = 0; y < height; y += cell) {
        here[i] = along(q, (x + cell / 2) / width);
        here[j] = along(r, 1 - (y + cell / 2) / height);
        const [assumed, where] = this.code(here);
        const k = assumed.every(Boolean) ? where.indexOf(true) : -1;
        context.fillStyle = k < 0 ? paper : COLOURS[k % COLOURS.length];
        context.fillRect(x, y, cell, cell);
        if (k >= 0) { sums[k][0] += x; sums[k][1] += y; sums[k][2] += 1; }
      }
    }
    context.font = "bold 14px sans-serif";
    context.fillStyle = "#000";
    sums.forEach(([x, y, count], k) => count * cell * cell > 500 && context.fillText(k + 1, x / count - 4, y / count + 5));
    const at = [width * (point[i] - q.low) / (q.high - q.low), height * (1 - (point[j] - r.low) / (r.high - r.low))];
    context.beginPath();
    context.arc(...at, 6, 0, 2 * Math.PI);
    context.fillStyle = "#fff";
    context.fill();
    context.lineWidth = 3;
    context.strokeStyle = "#000";
    context.stroke();
    this.details.querySelector(".legend").replaceChildren(...this.game.regions.flatMap((region, k) => {
      if (!sums[k][2]) return [];
      const box = made("span");
      box.style.background = COLOURS[k % COLOURS.length];
      return [made("li", { value: k + 1 }, box, made("bdi", { textContent: region.name }))];
    }));
  }
}

const explorers = [...document.querySelectorAll(".explorer")].map((details) => new Explorer(details));
function arrive() {
  const state = new URLSearchParams(location.hash.slice(1));
  const one = explorers.find((e) => e.game.name === state.get("game"));
  if (!one) return;
  one.details.open = true;
  one.open(state);
  one.details.scrollIntoView();
}
filter();
arrive();
addEventListener("hashchange", arrive);
