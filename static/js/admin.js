// The stock admin counts what is selected in Latin digits: give it Persian ones.
"use strict";
{
  const plain = globalThis.interpolate;
  if (plain && document.documentElement.lang === "fa") {
    globalThis.interpolate = (...parts) =>
      plain(...parts).replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
  }
}
