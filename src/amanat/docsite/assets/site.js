// The filter of the field list, keyboards for what scrolls, the bands of the data flow, the quiz. All else works without.
"use strict";

// A wide table or example that scrolls can be reached by keyboard; one that fits is no stop on the way.
(() => {
  const reach = () => {
    for (const box of document.querySelectorAll(".scroll, pre")) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute("role", "region");
        const name = box.querySelector("caption") || box.closest("section, figure, article");
        const words = name && (name.querySelector("h2, h3, figcaption") || name).textContent;
        box.setAttribute("aria-label", (words || document.title).trim().replace(/\s+/g, " "));
      } else {
        box.removeAttribute("tabindex");
        box.removeAttribute("role");
        box.removeAttribute("aria-label");
      }
    }
  };
  addEventListener("resize", reach);
  reach();
})();

(() => {
  const fold = (text) => amanatSearch.fold(text).replace(/\s+/g, " ");
  const digits = (number, set) => String(number).replace(/\d/g, (digit) => Array.from(set)[digit]);

  for (const form of document.querySelectorAll("form[data-filter]")) {
    const list = document.getElementById(form.dataset.filter);
    const input = form.querySelector("input");
    const output = form.querySelector("output");
    if (!list || !input || !output) continue;
    const rows = Array.from(list.children, (row) => ({
      row,
      text: fold(`${row.textContent} ${row.dataset.also || ""}`),
    }));
    const apply = () => {
      const words = fold(input.value).trim().split(" ").filter(Boolean);
      let shown = 0;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      const message = shown ? output.dataset.shown : output.dataset.none;
      const set = output.dataset.digits;
      output.textContent = words.length
        ? message.replace("{n}", digits(shown, set)).replace("{all}", digits(rows.length, set))
        : "";
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("input", apply);
    form.hidden = false;
    apply();
  }
})();

// The flow of data: whoever points at a name, or reaches it by keyboard, sees its bands and those they lead to.
(() => {
  for (const drawing of document.querySelectorAll(".flow svg")) {
    const bands = [...drawing.querySelectorAll("path[data-start]")];
    const follow = (key) => {
      const on = new Set();
      const go = (from, to) => {
        for (let wave = [key]; wave.length; ) {
          const next = bands.filter((band) => wave.includes(band.dataset[from]));
          next.forEach((band) => on.add(band));
          wave = [...new Set(next.map((band) => band.dataset[to]))];
        }
      };
      go("start", "end");
      go("end", "start");
      bands.forEach((band) => band.classList.toggle("on", on.has(band)));
      drawing.classList.toggle("followed", key !== null);
    };
    for (const node of drawing.querySelectorAll("[data-node]")) {
      for (const [event, key] of [["pointerenter", node.dataset.node], ["focusin", node.dataset.node], ["pointerleave", null], ["focusout", null]]) {
        node.addEventListener(event, () => follow(key));
      }
    }
  }
})();

// The quiz: a choice is judged at once, and the right ones are counted. Without a script, the answers fold out.
(() => {
  for (const quiz of document.querySelectorAll(".quiz")) {
    const questions = [...quiz.querySelectorAll("fieldset[data-right]")];
    const output = quiz.querySelector("output");
    const digits = Array.from(quiz.dataset.digits);
    const say = (number) => String(number).replace(/\d/g, (digit) => digits[digit]);
    quiz.addEventListener("change", (event) => {
      const question = event.target.closest("fieldset[data-right]");
      if (!question) return;
      question.dataset.first ??= event.target.value;
      for (const input of question.querySelectorAll("input")) {
        const label = input.closest("label");
        label.classList.toggle("right", input.value === question.dataset.right);
        label.classList.toggle("wrong", input.checked && input.value !== question.dataset.right);
      }
      question.parentElement.querySelector("details").open = true;
      const right = questions.filter((one) => one.dataset.first === one.dataset.right).length;
      output.textContent = quiz.dataset.score.replace("{n}", say(right)).replace("{all}", say(questions.length));
    });
  }
})();
