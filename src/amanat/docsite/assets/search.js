// Search over everything, in the header and on a page of its own. The index lies in scripts beside this one,
// loaded when a query needs them: a page opened from a file may load scripts, and nothing else.
"use strict";

(() => {
  const forms = document.querySelectorAll("form[data-search]");
  if (!forms.length) return;
  const pieces = new URL("search/", document.currentScript.src).href;
  const home = new URL(forms[0].dataset.search || "./", document.baseURI).href;
  const digits = forms[0].dataset.digits;

  // Pieces of the index: each calls `amanatSearch` with what it holds.

  const held = new Map();
  const asked = new Map();
  window.amanatSearch = (what, number, value) => held.set(`${what}-${number}`, value);
  const load = (url, key) => {
    if (!asked.has(key)) {
      asked.set(key, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = url;
        script.onload = () => (held.has(key) ? resolve(held.get(key)) : reject(new Error(key)));
        script.onerror = () => { asked.delete(key); reject(new Error(key)); };
        document.head.append(script);
      }));
    }
    return asked.get(key);
  };
  const manifest = () => load(`${pieces}index.js`, "index-0");
  const names = () => load(`${home}search/names.js`, "names-0");
  const filters = () => load(`${pieces}filters.js`, "filters-0");
  const piece = (number) => load(`${pieces}words-${number}.js`, `words-${number}`);
  const chunk = (number) => load(`${home}search/entries-${number}.js`, `entries-${number}`);

  // What a reader does not see must not matter. The builder folds in the same way.

  const LETTERS = {
    "\u064a": "\u06cc", "\u0649": "\u06cc", "\u06d2": "\u06cc", "\u0643": "\u06a9", "\u06aa": "\u06a9",
    "\u0629": "\u0647", "\u06c0": "\u0647", "\u06d5": "\u0647", "\u00df": "ss", "\u03c2": "\u03c3",
  };
  const fold = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[\u00ad\u200b-\u200f\u061c\u2060\ufeff\u0640\u202a-\u202e\u2066-\u2069]/g, "")
      .replace(/[\u064a\u0649\u06d2\u0643\u06aa\u0629\u06c0\u06d5\u00df\u03c2]/g, (letter) => LETTERS[letter])
      .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
      .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0));
  const wordsOf = (text) => [...new Set(fold(text.replace(/[\u200c\u200d]/g, " ")).match(/[\p{L}\p{N}]+/gu) || [])];
  amanatSearch.fold = fold;
  amanatSearch.wordsOf = wordsOf;

  // Which entries a word leads to, each with how telling it is.

  const WORTH = [1, 3, 6, 8];
  const EXACT = 4;

  const lead = async (word, whole, into) => {
    const { first } = await manifest();
    let low = 0;
    for (let high = first.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (first[middle] <= word) low = middle + 1;
      else high = middle;
    }
    const from = Math.max(0, low - 1);
    let to = from + 1;
    if (!whole) while (to < first.length && first[to].startsWith(word)) to += 1;
    const found = await Promise.all(Array.from({ length: to - from }, (_, n) => piece(from + n)));
    for (const words of found) {
      for (const [each, postings] of Object.entries(words)) {
        if (whole ? each !== word : !each.startsWith(word)) continue;
        const extra = each === word ? EXACT : 0;
        let number = 0;
        for (const posting of postings) {
          number += posting >> 2;
          const worth = WORTH[posting & 3] + extra;
          if (into[number] < worth) into[number] = worth;
        }
      }
    }
  };

  // Every entry with its score; null when nothing was asked that could be looked up.
  const scored = async (query) => {
    let words = wordsOf(query);
    if (words.length > 1 && words.at(-1).length < 2) words = words.slice(0, -1);
    if (!words.length || (words.length === 1 && [...words[0]].length < 2 && words[0] < "\u2e80")) return null;
    const { entries } = await manifest();
    const total = new Uint16Array(entries).fill(1);
    for (const word of words) {
      const worth = new Uint8Array(entries);
      await lead(word, word.length < 2, worth);
      for (let n = 0; n < entries; n += 1) total[n] = total[n] && worth[n] ? total[n] + worth[n] : 0;
    }
    return total;
  };

  // The numbers of the best entries, best first; in the order of the index where the score is the same.
  const best = (scores, wanted) => {
    const groups = new Map();
    let count = 0;
    for (let n = 0; n < scores.length; n += 1) {
      if (!scores[n]) continue;
      count += 1;
      if (!groups.has(scores[n])) groups.set(scores[n], []);
      groups.get(scores[n]).push(n);
    }
    const order = [...groups.keys()].sort((a, b) => b - a);
    const chosen = [];
    for (const score of order) {
      if (chosen.length >= wanted) break;
      chosen.push(...groups.get(score).slice(0, wanted - chosen.length));
    }
    return { chosen, count };
  };

  const shown = async (numbers) => {
    const size = (await manifest()).chunk;
    return Promise.all(numbers.map(async (number) => (await chunk(Math.floor(number / size)))[number % size]));
  };

  // Drawing.

  const number = (value) => String(value).replace(/\d/g, (digit) => Array.from(digits)[digit]);
  const counted = (say, count) => say.found[count === 1 ? "one" : "other"].replace("{n}", number(count));
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== "" && value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const said = (text, tag, words) =>
    make("bdi", { lang: tag, dir: tag ? (/^(ar|fa|he|ur|ckb|ps|sd|ug|yi)\b/.test(tag) ? "rtl" : "ltr") : "" }, ...marked(text, words));
  const marked = (text, words) =>
    text.split(/([\p{L}\p{N}\p{M}\u200c\u200d]+)/u).filter(Boolean).map((part) => {
      const folded = fold(part);
      const hit = words.some((word) => folded.startsWith(word) || fold(part.replace(/[\u200c\u200d]/g, " ")).split(" ").some((one) => one && one.startsWith(word)));
      return hit ? make("mark", null, part) : part;
    });
  const matches = (text, words) => {
    const there = wordsOf(text.replace(/([a-z0-9])([A-Z])/g, "$1 $2"));
    return words.some((word) => there.some((each) => each.startsWith(word)));
  };

  const entry = ([kind, id, page, label, labelTag, meaning, meaningTag, belongs, sources], words, say, short) => {
    const columns = sources.split(" ").filter((source) => source && matches(source, words));
    const link = make(short ? "span" : "a", { class: "name", href: short ? "" : home + page }, label ? said(label, labelTag, words) : id);
    const head = make("div", { class: "head" }, link, " ", make("code", { dir: "ltr" }, ...marked(id, words)), " ", make("span", { class: "kind" }, say.kinds[kind]));
    const parts = [head];
    if (meaning && !(short && columns.length)) parts.push(make("p", { class: "meaning" }, said(meaning, meaningTag, words)));
    if (columns.length) {
      const listed = columns.slice(0, short ? 1 : 4).flatMap((column, n) => [n ? say.comma : "", make("code", { dir: "ltr" }, ...marked(column, words))]);
      const rest = columns.length - (short ? 1 : 4);
      parts.push(make("p", { class: "columns" }, `${say.in} `, ...listed, rest > 0 ? ` +${number(rest)}` : ""));
    }
    if (!short && belongs.length) {
      parts.push(make("p", { class: "meta" }, ...belongs.map((each) => make("bdi", null, ...marked(each, words)))));
    }
    return { parts, href: home + page };
  };

  // The box in the header: a combobox with the best few.

  const box = (form) => {
    const input = form.querySelector("input");
    const list = form.querySelector("[role=listbox]");
    const live = form.querySelector("output");
    let turn = 0;
    let at = -1;
    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      at = -1;
    };
    const choose = (next) => {
      const options = [...list.children];
      options.forEach((option) => option.setAttribute("aria-selected", "false"));
      at = options.length ? (next + options.length) % options.length : -1;
      if (at < 0) return;
      options[at].setAttribute("aria-selected", "true");
      options[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[at].id);
    };
    const everything = () => `${home}search.html#${new URLSearchParams({ q: input.value.trim() })}`;
    const option = (href, ...children) => {
      const made = make("li", { role: "option", id: `${list.id}-${list.children.length}`, "aria-selected": "false" }, ...children);
      made.dataset.href = href;
      list.append(made);
    };
    const apply = async () => {
      const mine = ++turn;
      const started = performance.now();
      try {
        const scores = await scored(input.value);
        const say = await names();
        if (mine !== turn) return;
        if (scores === null) {
          live.textContent = input.value.trim() ? say.short : "";
          close();
          return;
        }
        const { chosen, count } = best(scores, 8);
        const rows = await shown(chosen);
        if (mine !== turn) return;
        const words = wordsOf(input.value);
        list.replaceChildren();
        for (const row of rows) {
          const { parts, href } = entry(row, words, say, true);
          option(href, ...parts);
        }
        if (count > rows.length) option(everything(), make("span", { class: "all" }, say.all.replace("{n}", number(count))));
        live.textContent = count ? counted(say, count) : say.none;
        list.hidden = !count;
        input.setAttribute("aria-expanded", String(count > 0));
        at = -1;
        input.removeAttribute("aria-activedescendant");
        form.dataset.took = (performance.now() - started).toFixed(1);
        form.dataset.answered = input.value;
      } catch (error) {
        close();
        live.textContent = form.dataset.failed;
      }
    };
    const go = () => {
      const chosen = list.hidden ? null : list.children[at];
      if (!chosen && !input.value.trim()) return;
      location.href = chosen ? chosen.dataset.href : everything();
      close();
    };
    input.addEventListener("input", apply);
    input.addEventListener("focus", () => { manifest().catch(() => {}); names().catch(() => {}); if (input.value) apply(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!list.hidden) choose(at < 0 && event.key === "ArrowUp" ? -1 : at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Escape") {
        if (list.hidden) input.value = "";
        close();
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      at = [...list.children].indexOf(event.target.closest("[role=option]"));
      if (at >= 0) go();
    });
    input.addEventListener("blur", close);
    form.addEventListener("submit", (event) => { event.preventDefault(); go(); });
  };

  // The page of its own: all results, and filters whose choices stand in the address.

  const page = (form) => {
    const input = form.querySelector("input[type=search]");
    const output = form.querySelector("output");
    const list = document.getElementById("found");
    const more = document.getElementById("more");
    const clear = form.querySelector("button[data-clear]");
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    let wanted = 50;
    let turn = 0;

    const read = () => {
      const address = new URLSearchParams(location.hash.slice(1));
      input.value = address.get("q") || "";
      for (const each of boxes) each.checked = address.getAll(each.name).includes(each.value);
      for (const group of form.querySelectorAll("details")) if (group.querySelector(":checked")) group.open = true;
    };
    const write = () => {
      const address = new URLSearchParams();
      if (input.value.trim()) address.set("q", input.value.trim());
      for (const each of boxes) if (each.checked) address.append(each.name, each.value);
      const hash = String(address);
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname.split("/").at(-1));
      for (const link of document.querySelectorAll(".languages a")) link.hash = hash;
    };
    // Fields with a choice, from the distances between their numbers.
    const member = (distances, size) => {
      const set = new Uint8Array(size);
      let at = 0;
      for (const distance of distances) set[(at += distance)] = 1;
      return set;
    };
    // For each group with a choice: which fields belong to one of the chosen.
    const chosenSets = (groups, size) => {
      const sets = new Map();
      for (const each of boxes) {
        if (!each.checked) continue;
        const set = member(groups[each.name][each.value] || [], size);
        const before = sets.get(each.name);
        if (before) set.forEach((there, n) => { if (there) before[n] = 1; });
        else sets.set(each.name, set);
      }
      return sets;
    };
    const count = (groups, scores, sets) => {
      const pass = new Map();
      for (const name of new Set(boxes.map((each) => each.name))) {
        const others = [...sets].filter(([group]) => group !== name).map(([, set]) => set);
        pass.set(name, (n) => scores[n] > 0 && others.every((set) => set[n]));
      }
      for (const each of boxes) {
        let at = 0;
        let there = 0;
        const passes = pass.get(each.name);
        for (const distance of groups[each.name][each.value] || []) {
          at += distance;
          if (passes(at)) there += 1;
        }
        const label = each.closest("label");
        label.querySelector(".count").textContent = number(there);
        label.classList.toggle("empty", !there);
      }
    };
    const apply = async () => {
      const mine = ++turn;
      const started = performance.now();
      write();
      try {
        const { entries, fields } = await manifest();
        const [groups, say] = await Promise.all([filters(), names()]);
        const asked = await scored(input.value);
        if (mine !== turn) return;
        const sets = chosenSets(groups, fields);
        const scores = asked || new Uint16Array(entries).fill(1);
        count(groups, scores, sets);
        clear.hidden = !sets.size && !input.value;
        if (sets.size) {
          const all = [...sets.values()];
          for (let n = 0; n < entries; n += 1) if (n >= fields || !all.every((set) => set[n])) scores[n] = 0;
        } else if (asked === null) {
          list.replaceChildren();
          more.hidden = true;
          output.textContent = input.value.trim() ? say.short : "";
          form.dataset.answered = input.value;
          return;
        }
        const result = best(scores, wanted);
        const rows = await shown(result.chosen);
        if (mine !== turn) return;
        const words = wordsOf(input.value);
        list.replaceChildren(...rows.map((row) => make("li", null, ...entry(row, words, say, false).parts)));
        more.hidden = result.count <= rows.length;
        const few = result.count > rows.length ? say.few.replace("{shown}", number(rows.length)) : "";
        output.textContent = result.count ? counted(say, result.count) + few : say.none;
        form.dataset.took = (performance.now() - started).toFixed(1);
        form.dataset.answered = input.value;
      } catch (error) {
        output.textContent = form.dataset.failed;
      }
    };
    const anew = () => { wanted = 50; apply(); };
    input.addEventListener("input", anew);
    for (const each of boxes) each.addEventListener("change", anew);
    more.addEventListener("click", () => {
      const last = list.children.length;
      wanted += 100;
      apply().then(() => list.children[last]?.querySelector("a")?.focus());
    });
    clear.addEventListener("click", () => {
      input.value = "";
      for (const each of boxes) each.checked = false;
      anew();
      input.focus();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => { read(); anew(); });
    const small = matchMedia("(max-width: 58rem)").matches;
    if (small) for (const group of form.querySelectorAll("details")) group.open = false;
    else input.focus();
    read();
    anew();
  };

  for (const form of forms) {
    form.hidden = false;
    (form.dataset.kind === "page" ? page : box)(form);
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    forms[forms.length - 1].querySelector("input").focus();
  });
})();
