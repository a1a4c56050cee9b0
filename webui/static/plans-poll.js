// Asks for the part of the page that changes while something is being planned, once a second and a half.
"use strict";
(function () {
  const part = document.querySelector("[data-poll]");
  if (!part) return;
  const going = () => part.querySelector("[data-going]")?.dataset.going;
  let before = going();
  async function look() {
    if (!going()) return;
    try {
      const answer = await fetch(part.dataset.poll, { headers: { Accept: "text/html" } });
      if (answer.redirected || answer.status >= 400) return location.reload();
      const held = part.contains(document.activeElement) && document.activeElement.tagName === "BUTTON";
      if (!held) part.innerHTML = await answer.text(); // our own page, escaped by the server; scripts in it do not run
    } catch {
      return setTimeout(look, 5000); // the server does not answer; it may come back
    }
    const next = part.querySelector("[data-next]");
    if (next) return location.assign(next.dataset.next);
    if (going() !== before) return location.reload();
    before = going();
    setTimeout(look, 1500);
  }
  if (going()) setTimeout(look, 1000);
})();
