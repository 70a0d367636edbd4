// "/" and Ctrl+K lead to the search box from anywhere, unless somebody is typing.
"use strict";
{
  const box = document.getElementById("search-everything");
  const isTyping = (target) =>
    target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  document.addEventListener("keydown", (event) => {
    const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
    const isK = (event.ctrlKey || event.metaKey) && event.code === "KeyK";
    if (box && (isK || (isSlash && !isTyping(event.target)))) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
}
