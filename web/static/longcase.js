"use strict";
/* A slider on top of the field for the instant. Without it everything works by the field and the links. */
(() => {
  const DAY = 86400000, PAUSE = 150;
  const policy = window.trustedTypes ? trustedTypes.createPolicy("longcase", { createHTML: (text) => text }) : null;
  const parsed = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
  const words = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const ms = (day) => Date.parse(day + "T00:00:00Z");
  let running = false, wanted = null, pushed = false, timer = 0, range = null, output = null, first = 0, asked = location.search;

  const form = () => document.querySelector("#time form");
  const dayAt = (value) => new Date(first + value * DAY).toISOString().slice(0, 10);
  const said = (value) => words.format(first + value * DAY) + ", day " + (value + 1) + " of " + (Number(range.max) + 1);

  function label() {
    range.setAttribute("aria-valuetext", said(Number(range.value)));
    output.textContent = words.format(first + range.value * DAY);
  }

  function address(day) {
    const data = new URLSearchParams(new FormData(form()));
    data.set("moment", day);
    return form().action + "?" + data;
  }

  /* One request at a time; of those wanted meanwhile the latest alone is sent. */
  async function load(day) {
    if (running) { wanted = day; return; }
    running = true;
    const url = address(day);
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (wanted === null) show(parsed(text), answer.url);
    } catch {
      window.location.assign(url);
      return;
    } finally {
      running = false;
    }
    if (wanted !== null) { const next = wanted; wanted = null; load(next); }
  }

  function show(page, url) {
    for (const place of ["main", "header.site", ".strip", "#earlier", "#later", "footer"]) {
      const now = document.querySelector(place), then = page.querySelector(place);
      if (now && then) now.replaceWith(document.adoptNode(then));
    }
    document.title = page.title;
    document.body.className = page.body.className;
    document.querySelector("#time").className = page.querySelector("#time").className;
    document.querySelector("#moment").value = page.querySelector("#moment").value;
    for (const [at, radio] of page.querySelectorAll("input[name=by]").entries())
      document.querySelectorAll("input[name=by]")[at].checked = radio.checked;
    history[pushed ? "replaceState" : "pushState"](null, "", url);
    pushed = true;
    asked = location.search;
    document.querySelector("#status").textContent = page.querySelector("#status").dataset.said;
  }

  function moved() {
    label();
    clearTimeout(timer);
    timer = setTimeout(() => load(dayAt(Number(range.value))), PAUSE);
  }

  /* Page keys go a month; browsers differ in how far they would. */
  function paged(event) {
    const step = { PageUp: 1, PageDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const day = new Date(first + range.value * DAY);
    day.setUTCMonth(day.getUTCMonth() + step);
    range.value = Math.round((day - first) / DAY);
    moved();
  }

  function begin() {
    const data = form() && form().dataset;
    if (!data || !data.first || data.first === data.last) return;
    first = ms(data.first);
    range = Object.assign(document.createElement("input"), { type: "range", min: 0, step: 1, id: "day" });
    range.max = Math.round((ms(data.last) - first) / DAY);
    range.value = Math.round((ms(data.day) - first) / DAY);
    output = Object.assign(document.createElement("output"), { htmlFor: "day" });
    const name = Object.assign(document.createElement("label"), { htmlFor: "day", textContent: "Day" });
    range.setAttribute("aria-describedby", "slider-keys");
    range.addEventListener("input", moved);
    range.addEventListener("keydown", paged);
    range.addEventListener("focus", () => { pushed = false; });
    window.addEventListener("popstate", () => { if (location.search !== asked) location.reload(); });
    const keys = Object.assign(document.createElement("p"), { id: "slider-keys", className: "hint" });
    keys.textContent = "Arrow keys: a day. Page keys: a month.";
    document.querySelector("#slider").append(name, range, output, keys);
    label();
  }

  /* A page that is older than the store says so, and never changes by itself. */
  async function compare() {
    const foot = document.querySelector("footer");
    if (document.hidden || !foot || !foot.dataset.position) return;
    const answer = await fetch("/position").catch(() => null);
    const more = answer && answer.ok ? Number(await answer.text()) - Number(foot.dataset.position) : 0;
    const newer = document.querySelector("#newer");
    newer.textContent = more > 0 ? (more === 1 ? "1 entry was" : more + " entries were") + " recorded since this page was drawn. Load it again to see." : "";
  }

  begin();
  setInterval(compare, 60000);
})();
