// The Jalali calendar in whole days: day 0 is 1 Farvardin of the first year.
// Which years are leap and how far day 0 is from 1970, the page says: the server
// knows it by the official table, and no rule of thumb here can differ from that.
"use strict";
class JalaliCalendar {
  // Every value as the page writes it: years, the days from 1 January 1970 to day 0,
  // leap years with spaces between.
  constructor({ firstYear, lastYear, start, leapYears }) {
    const leap = new Set(leapYears.split(" ").map(Number));
    this.firstYear = Number(firstYear);
    this.lastYear = Number(lastYear);
    this.leap = leap;
    this.start = Number(start);
    this.yearStarts = [];
    let number = 0;
    for (let year = this.firstYear; year <= this.lastYear + 1; year += 1) {
      this.yearStarts.push(number);
      number += leap.has(year) ? 366 : 365;
    }
    this.lastDay = this.yearStarts.at(-1) - 1;
  }

  monthLength(year, month) {
    if (month <= 6) return 31;
    return month <= 11 || this.leap.has(year) ? 30 : 29;
  }

  // The number of a day; null where the calendar has no such day.
  number(year, month, day) {
    const isDay =
      year >= this.firstYear &&
      year <= this.lastYear &&
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= this.monthLength(year, month);
    if (!isDay) return null;
    const before = (month - 1) * 31 - Math.max(0, month - 7);
    return this.yearStarts[year - this.firstYear] + before + day - 1;
  }

  date(number) {
    const index = this.yearStarts.findLastIndex((start) => start <= number);
    const rest = number - this.yearStarts[index];
    const [half, length, first] = rest < 186 ? [rest, 31, 1] : [rest - 186, 30, 7];
    return {
      year: this.firstYear + index,
      month: first + Math.floor(half / length),
      day: (half % length) + 1,
    };
  }

  // 0 for Saturday, with which a week begins, to 6 for Friday.
  weekday(number) {
    return (this.gregorian(number).getUTCDay() + 1) % 7;
  }

  // The same day of another month, or that month's last; within the known years.
  addMonths(number, months) {
    const { year, month, day } = this.date(number);
    const count = year * 12 + month - 1 + months;
    const [newYear, newMonth] = [Math.floor(count / 12), (count % 12) + 1];
    if (newYear < this.firstYear) return 0;
    if (newYear > this.lastYear) return this.lastDay;
    const last = this.monthLength(newYear, newMonth);
    return this.number(newYear, newMonth, Math.min(day, last));
  }

  clamp(number) {
    return Math.min(Math.max(number, 0), this.lastDay);
  }

  // Midnight UTC of the day, for naming it in the Gregorian calendar.
  gregorian(number) {
    return new Date((this.start + number) * 86_400_000);
  }
}
