// Counts a pasted or chosen list of people into the lines of the form. The list has no field name: it is never sent.
(function () {
  "use strict";
  const box = document.getElementById("list");
  if (!box) return;
  const pasted = document.getElementById("pasted");
  const file = document.getElementById("chosen");
  const said = document.getElementById("counted");
  const COLUMNS = {
    kind: ["kind", "类别", "申请类别", "许可类别", "居留事由"],
    task: ["task", "事项", "办理事项", "申请事项", "whatfor"],
    language: ["language", "语种", "语言", "语言需求"],
    event_date: ["date", "eventdate", "日期", "入境日期", "到期日期", "变更日期", "entry", "expiry", "entrydate", "expirydate"],
    count: ["count", "people", "人数"],
  };
  const plain = (text) => text.trim().toLowerCase().replace(/[\s_﻿-]/g, "");

  function cellsOf(line, mark) {
    const cells = [];
    let cell = "";
    let quoted = false;
    for (let at = 0; at < line.length; at += 1) {
      const sign = line[at];
      if (quoted) {
        if (sign === '"' && line[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else if (sign === '"') quoted = false;
        else cell += sign;
      } else if (sign === '"' && cell === "") quoted = true;
      else if (sign === mark) {
        cells.push(cell);
        cell = "";
      } else cell += sign;
    }
    cells.push(cell);
    return cells;
  }

  // The option of a select that a word stands for; "" where there is none.
  function code(part, word) {
    const select = document.getElementById("groups, 1, " + part);
    const wanted = plain(word);
    for (const option of select.options) {
      const words = [option.value, option.text].concat((option.dataset.words || "").split("|"));
      if (words.some((one) => plain(one) === wanted)) return option.value;
    }
    return "";
  }

  function day(text) {
    // Excel keeps a day as the number of days since 30 December 1899.
    if (/^\d{5}(\.\d+)?$/.test(text.trim())) return new Date(Date.UTC(1899, 11, 30 + Math.floor(text))).toISOString().slice(0, 10);
    const found = /^(\d{4})[-\/.年]?(\d{1,2})[-\/.月]?(\d{1,2})日?$/.exec(text.trim());
    if (!found) return "";
    const [year, month, date] = found.slice(1).map(Number);
    const made = new Date(Date.UTC(year, month - 1, date));
    const right = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
    return right ? made.toISOString().slice(0, 10) : "";
  }

  function read(text) {
    const lines = text.split(/\r\n|\r|\n/).map((line, index) => [index + 1, line]).filter((one) => one[1].trim());
    if (!lines.length) return null;
    const head = lines[0][1];
    const mark = head.includes("\t") ? "\t" : head.includes(";") && !head.includes(",") ? ";" : ",";
    const names = cellsOf(head, mark).map(plain);
    const where = {};
    for (const part of Object.keys(COLUMNS)) {
      const at = names.findIndex((name) => COLUMNS[part].some((known) => plain(known) === name));
      if (at >= 0) where[part] = at;
    }
    if (["kind", "task", "language", "event_date"].some((part) => !(part in where))) return null;
    const groups = new Map();
    const wrong = [];
    for (const [number, line] of lines.slice(1)) {
      const cells = cellsOf(line, mark);
      const cell = (part) => cells[where[part]] || "";
      const key = ["kind", "task", "language"].map((part) => code(part, cell(part))).concat(day(cell("event_date")));
      const people = "count" in where ? Number(cell("count").trim()) : 1;
      if (key.some((one) => one === "") || !Number.isInteger(people) || people < 1) wrong.push(number);
      else groups.set(key.join("|"), (groups.get(key.join("|")) || 0) + people);
    }
    return { groups, wrong };
  }

  // People of one kind, purpose and language on one line, with the earliest of their dates: the one that is due first.
  function joined(groups) {
    const fewer = new Map();
    for (const [key, people] of groups) {
      const [kind, task, language, date] = key.split("|");
      const held = fewer.get([kind, task, language].join("|"));
      const first = held && held.date < date ? held.date : date;
      fewer.set([kind, task, language].join("|"), { date: first, people: people + (held ? held.people : 0) });
    }
    return new Map(Array.from(fewer, ([key, one]) => [key + "|" + one.date, one.people]));
  }

  // One more line of the form, made from the last one.
  function grow(lines) {
    const last = document.querySelector(".people > li:last-child");
    const made = last.cloneNode(true);
    made.querySelector("legend").textContent = box.dataset.line.replace("{number}", lines + 1);
    const names = (text) => text.replace(/^groups, \d+,/, "groups, " + (lines + 1) + ",");
    for (const one of made.querySelectorAll(".problem")) one.remove();
    for (const one of made.querySelectorAll("[id], [for]")) {
      if (one.id) one.id = names(one.id);
      if (one.htmlFor) one.htmlFor = names(one.htmlFor);
      if (one.name) one.name = names(one.name);
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-describedby");
    }
    last.after(made);
  }

  function fill(groups) {
    const held = document.querySelector("input[name=lines]");
    while (Number(held.value) < groups.size) {
      grow(Number(held.value));
      held.value = Number(held.value) + 1;
    }
    const all = Array.from(groups);
    for (let number = 1; number <= Number(held.value); number += 1) {
      const field = (part) => document.getElementById("groups, " + number + ", " + part);
      const group = all[number - 1];
      field("event_date").value = group ? group[0].split("|")[3] : "";
      field("count").value = group ? String(group[1]) : "";
      if (group) ["kind", "task", "language"].forEach((part, at) => { field(part).value = group[0].split("|")[at]; });
    }
  }

  function count(text) {
    const found = read(text);
    if (!found || (!found.groups.size && !found.wrong.length)) {
      said.textContent = box.dataset.none;
      return;
    }
    const most = Number(box.dataset.most);
    const few = found.groups.size > most;
    const groups = few ? joined(found.groups) : found.groups;
    if (groups.size > most) {
      said.textContent = box.dataset.many;
      return;
    }
    fill(groups);
    const people = Array.from(groups.values()).reduce((sum, one) => sum + one, 0);
    said.textContent = box.dataset.counted.replace("{people}", people).replace("{groups}", groups.size);
    if (few) said.textContent += " " + box.dataset.joined;
    if (found.wrong.length) said.textContent += " " + box.dataset.left.replace("{lines}", found.wrong.slice(0, 20).join(", "));
    pasted.value = "";
    file.value = "";
  }

  document.getElementById("count").addEventListener("click", () => count(pasted.value));
  function textOf(bytes) {
    const starts = (signs) => signs.every((sign, at) => bytes[at] === sign);
    if (starts([0x50, 0x4b, 3, 4])) return window.sheetText(bytes);
    if (starts([0xd0, 0xcf, 0x11, 0xe0])) throw new Error("an old or locked workbook");
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("gb18030").decode(bytes);
    }
  }

  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    let text = "";
    try {
      text = textOf(new Uint8Array(await file.files[0].arrayBuffer()));
    } catch {
      said.textContent = box.dataset.broken;
      file.value = "";
      return;
    }
    count(text);
  });
  // The button is for the list alone; sending forgets the list, whatever the browser keeps for going back.
  document.getElementById("ask").addEventListener("submit", () => {
    pasted.value = "";
    file.value = "";
  });
})();
