// Loads the page anew when the catalog has changed, and shows what is wrong with it while it has errors.
"use strict";

(() => {
  let number = null;
  const show = (text) => {
    document.getElementById("amanat-wrong")?.remove();
    if (!text) return;
    const box = document.createElement("aside");
    box.id = "amanat-wrong";
    box.setAttribute("role", "alert");
    box.dir = "ltr";
    box.lang = "en";
    const head = document.createElement("strong");
    head.textContent = "The catalog has errors; this page shows how it stood before.";
    const report = document.createElement("pre");
    report.textContent = text;
    box.append(head, report);
    document.body.append(box);
  };
  const events = new EventSource("/-/events");
  events.onmessage = (event) => {
    const state = JSON.parse(event.data);
    if (number !== null && number !== state.number && !state.wrong) location.reload();
    number = state.number;
    show(state.shown && state.wrong);
    if (!state.shown) for (const report of document.querySelectorAll("main > pre")) report.textContent = state.wrong;
  };
})();
