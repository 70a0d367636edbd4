// The stock admin counts what is selected in Latin digits: give it Persian ones.
"use strict";
{
  const plain = globalThis.interpolate;
  if (plain && document.documentElement.lang === "fa") {
    globalThis.interpolate = (...parts) =>
      plain(...parts).replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
  }
}

// Select2 leaves the boxes it draws without a name: they get that of the field. Its
// cross for emptying a list of choices at once stands among them, where only choices
// may; each has a cross of its own.
{
  for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]"))
    select.dataset.allowClear = "false";

  const nameOf = (select) =>
    select.ariaLabel ?? select.labels[0]?.textContent.replace(/:\s*$/, "").trim() ?? "";

  function nameBoxes(root) {
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const boxes = select.nextElementSibling?.querySelectorAll(
        "[role='combobox'], [role='textbox'], [role='searchbox']",
      );
      for (const box of boxes ?? []) {
        box.ariaLabel = nameOf(select);
        box.removeAttribute("aria-labelledby");
        if (box.role === "textbox") box.ariaLabel += ` ${box.textContent}`;
      }
    }
  }

  const { jQuery } = globalThis.django ?? {};
  jQuery?.(() => nameBoxes(document));
  jQuery?.(document).on("change", "select", () => nameBoxes(document));
  jQuery?.(document).on("select2:open", ({ target }) => {
    const search = document.querySelector(".select2-container--open .select2-search__field");
    if (search) search.ariaLabel = nameOf(target);
  });
  document.addEventListener("formset:added", ({ target }) => nameBoxes(target));
}

// On a phone a row of a list, or of a table in a form, is a card: its cells name their
// columns.
for (const table of document.querySelectorAll("#result_list, .tabular table")) {
  const columns = [...table.tHead.rows[0].cells].map((head) => head.innerText.trim());
  for (const cell of table.querySelectorAll("tbody td"))
    if (columns[cell.cellIndex] && !cell.hasAttribute("colspan"))
      cell.dataset.label = columns[cell.cellIndex];
  table.classList.add("cards");
}
