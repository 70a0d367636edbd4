// Amounts while they are typed: digits in threes, and below them what the server says
// of the amount: in words, whether it is there, whether it has a zero too many.
"use strict";
{
  const PAUSE = 250; // milliseconds without a key before the server is asked
  const { ask } = document.currentScript.dataset;
  const isPersian = document.documentElement.lang === "fa";
  const mark = isPersian ? "٬" : ",";
  const isAmount = (element) => element.matches?.("input.toman");

  const latin = (text) =>
    text.replace(/[۰-۹٠-٩]/g, (digit) => digit.charCodeAt(0) & 15);
  const inPage = (text) =>
    isPersian ? text.replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text;

  // Words, decimals and signs stay as they are typed.
  function group(input) {
    const typed = latin(input.value);
    if (!/^[0-9][0-9,٬،]*$/.test(typed)) return;
    const digits = (text) => text.replace(/[^0-9]/g, "");
    const before = digits(typed.slice(0, input.selectionEnd)).length;
    const grouped = digits(typed).replace(/\B(?=(\d{3})+$)/g, mark);
    if (inPage(grouped) === input.value) return;
    input.value = inPage(grouped);
    let caret = 0;
    for (let seen = 0; seen < before; caret += 1) seen += grouped[caret] !== mark;
    input.setSelectionRange(caret, caret);
  }

  // `data-ask` is the address, `data-with` names the fields of the form it is told.
  function address(input) {
    const url = new URL(input.dataset.ask ?? ask, location.href);
    url.searchParams.set("typed", input.value);
    for (const name of input.dataset.with?.split(" ") ?? []) {
      url.searchParams.set(name, input.form.elements[name]?.value ?? "");
    }
    return url;
  }

  const timers = new WeakMap();
  function sayLater(input) {
    clearTimeout(timers.get(input));
    timers.set(
      input,
      setTimeout(() => say(input), PAUSE),
    );
  }

  async function say(input) {
    const typed = input.value;
    const response = await fetch(address(input)).catch(() => null);
    const isJson = response?.headers.get("Content-Type") === "application/json";
    if (!isJson || typed !== input.value) return;
    const { words, warnings } = await response.json();
    const lines = warnings.map((warning) => {
      const line = document.createElement("strong");
      line.textContent = warning;
      return line;
    });
    input.nextElementSibling.replaceChildren(words, ...lines);
  }

  document.addEventListener("input", (event) => {
    if (!isAmount(event.target)) return;
    if (!event.isComposing) group(event.target);
    sayLater(event.target);
  });

  // The choice of another line changes what is there. Django's selects tell jQuery only.
  globalThis.django?.jQuery?.(document).on("change", "select", (event) => {
    for (const input of event.target.form?.querySelectorAll("input.toman") ?? []) {
      if (input.dataset.with?.split(" ").includes(event.target.name)) say(input);
    }
  });
}
