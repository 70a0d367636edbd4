// A calendar beside every Jalali date, after the date picker dialog of the WAI-ARIA
// Authoring Practices. It only helps: what it writes could be typed as well.
"use strict";
{
  const dialog = document.getElementById("calendar");
  const calendar = new JalaliCalendar(dialog.dataset);
  const months = dialog.dataset.months.split(" ");
  const weekdays = dialog.dataset.weekdays.split(" ");
  const heading = dialog.querySelector("h2");
  const grid = dialog.querySelector("tbody");
  const note = dialog.querySelector(".calendar-note");
  const isPersian = document.documentElement.lang === "fa";
  const isRtl = getComputedStyle(dialog).direction === "rtl";
  const gregorian = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "long",
    timeZone: "UTC",
  });

  const digits = (text) =>
    isPersian ? String(text).replace(/[0-9]/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(text);
  const latin = (text) =>
    text.replace(/[۰-۹٠-٩]/g, (d) => d.charCodeAt(0) & 15);

  // The day a text names, as a number; null for anything else.
  function read(text) {
    const typed = /^\s*(\d{4})\s*([/.؍-])\s*(\d{1,2})\s*\2\s*(\d{1,2})\s*$/;
    const found = typed.exec(latin(text));
    return found && calendar.number(+found[1], +found[3], +found[4]);
  }

  function numeric(number) {
    const { year, month, day } = calendar.date(number);
    const two = (part) => String(part).padStart(2, "0");
    return digits(`${year}/${two(month)}/${two(day)}`);
  }

  // In English both calendars.
  function words(number) {
    const { year, month, day } = calendar.date(number);
    const weekday = weekdays[calendar.weekday(number)];
    const text = digits(`${weekday} ${day} ${months[month - 1]} ${year}`);
    const other = gregorian.format(calendar.gregorian(number));
    return isPersian ? text : `${text} (${other})`;
  }

  const today = read(dialog.dataset.today);
  let button = null; // the one that opened the dialog
  let current = today; // the day the keys move

  const inputOf = (opener) => opener.parentElement.querySelector(".jalali-date");

  function cell(number, chosen) {
    const td = document.createElement("td");
    td.textContent = digits(calendar.date(number).day);
    td.dataset.day = number;
    td.tabIndex = number === current ? 0 : -1;
    td.setAttribute("aria-label", words(number));
    td.setAttribute("aria-selected", number === chosen);
    if (number === today) td.setAttribute("aria-current", "date");
    td.classList.toggle("friday", calendar.weekday(number) === 6);
    return td;
  }

  function weeks() {
    const { year, month, day } = calendar.date(current);
    const first = current - day + 1;
    const chosen = read(inputOf(button).value);
    const cells = Array.from({ length: calendar.weekday(first) }, () =>
      document.createElement("td"),
    );
    for (let n = 0; n < calendar.monthLength(year, month); n += 1) {
      cells.push(cell(first + n, chosen));
    }
    const rows = [];
    while (cells.length) {
      const row = document.createElement("tr");
      row.append(...cells.splice(0, 7));
      rows.push(row);
    }
    return rows;
  }

  function show(number) {
    current = calendar.clamp(number);
    const { year, month } = calendar.date(current);
    const title = `${months[month - 1]} ${digits(year)}`;
    if (heading.textContent !== title) heading.textContent = title;
    grid.replaceChildren(...weeks());
    note.textContent = words(current);
  }

  function move(number) {
    show(number);
    grid.querySelector("[tabindex='0']").focus();
  }

  // Under the button, or above it where the window ends.
  function place() {
    const around = button.getBoundingClientRect();
    const { width, height } = dialog.getBoundingClientRect();
    const within = (start, size, room) => Math.max(8, Math.min(start, room - size - 8));
    const { clientWidth, clientHeight } = document.documentElement;
    const left = isRtl ? around.right - width : around.left;
    const fits = around.bottom + height + 8 <= clientHeight;
    const top = fits ? around.bottom + 4 : around.top - height - 4;
    dialog.style.left = `${within(left, width, clientWidth)}px`;
    dialog.style.top = `${within(top, height, clientHeight)}px`;
  }

  function open(opener) {
    button = opener;
    show(read(inputOf(opener).value) ?? today);
    dialog.showModal();
    place();
    move(current);
  }

  function choose(number) {
    const input = inputOf(button);
    input.value = numeric(number);
    dialog.close();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const step = (event) => (event.shiftKey ? 12 : 1);
  const moves = {
    [isRtl ? "ArrowLeft" : "ArrowRight"]: (day) => day + 1,
    [isRtl ? "ArrowRight" : "ArrowLeft"]: (day) => day - 1,
    ArrowUp: (day) => day - 7,
    ArrowDown: (day) => day + 7,
    Home: (day) => day - calendar.weekday(day),
    End: (day) => day + 6 - calendar.weekday(day),
    PageUp: (day, event) => calendar.addMonths(day, -step(event)),
    PageDown: (day, event) => calendar.addMonths(day, step(event)),
  };

  grid.addEventListener("keydown", (event) => {
    if (event.key in moves) move(moves[event.key](current, event));
    else if (event.key === "Enter" || event.key === " ") choose(current);
    else return;
    event.preventDefault();
  });

  dialog.addEventListener("click", (event) => {
    const { day, turn, act } = event.target.dataset;
    if (day) choose(Number(day));
    else if (turn) show(calendar.addMonths(current, Number(turn)));
    else if (act === "today") choose(today);
    else if (act === "close" || event.target === dialog) dialog.close();
  });

  // What is typed, in words below it, and in the name of the button.
  function say(input) {
    const number = read(input.value);
    const spoken = number === null ? "" : words(number);
    const opener = input.parentElement.querySelector(".calendar-open");
    const { choose: plain, change } = dialog.dataset;
    opener.ariaLabel = spoken ? `${change}: ${spoken}` : plain;
    input.parentElement.nextElementSibling.value = spoken;
  }

  function equip(input) {
    const [both, opener] = ["span", "button"].map((tag) => document.createElement(tag));
    const spoken = document.createElement("output");
    both.className = "calendar-field";
    opener.className = "calendar-open";
    opener.type = "button";
    opener.setAttribute("aria-haspopup", "dialog");
    spoken.className = "day-words";
    input.replaceWith(both);
    both.append(input, opener);
    both.after(spoken);
    say(input);
  }

  // The blank rows that the page keeps to be copied are equipped like the others, and
  // the copies need nothing more: all listening is done up here.
  document
    .querySelectorAll("input.jalali-date:not([readonly], [disabled])")
    .forEach(equip);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest(".calendar-open");
    if (opener) open(opener);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches(".calendar-field > .jalali-date")) say(event.target);
  });
}
