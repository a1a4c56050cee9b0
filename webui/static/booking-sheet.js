// The first sheet of an .xlsx workbook as text: a line for each row, tabs between cells. Unpacked by fflate, in this browser.
(function () {
  "use strict";
  const PARTS = /^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|worksheets\/[^/]+\.xml)$/;
  const LARGEST_PART = 40e6;
  const all = (node, name) => Array.from(node.getElementsByTagNameNS("*", name));

  // Without the reading aids that East Asian Excel keeps beside a text.
  const words = (node) => all(node, "t").filter((one) => one.parentNode.localName !== "rPh").map((one) => one.textContent).join("");

  // "B7" is in column 1.
  const column = (place) => Array.from(place.replace(/\d/g, "")).reduce((sum, sign) => 26 * sum + sign.charCodeAt(0) - 64, 0) - 1;

  function value(cell, shared) {
    const type = cell.getAttribute("t");
    if (type === "inlineStr") return words(cell);
    const held = all(cell, "v")[0];
    if (!held) return "";
    return type === "s" ? shared[Number(held.textContent)] || "" : held.textContent;
  }

  // Throws for what is no workbook, or one whose days count from 1904.
  window.sheetText = function (bytes) {
    const files = fflate.unzipSync(bytes, { filter: (file) => PARTS.test(file.name) && file.originalSize < LARGEST_PART });
    const xml = (name) => {
      if (!files[name]) throw new Error(name);
      const made = new DOMParser().parseFromString(fflate.strFromU8(files[name]), "application/xml");
      if (made.getElementsByTagName("parsererror").length) throw new Error(name);
      return made;
    };
    const book = xml("xl/workbook.xml");
    if (all(book, "workbookPr").some((one) => ["1", "true"].includes(one.getAttribute("date1904")))) throw new Error("1904");
    const link = Array.from(all(book, "sheet")[0].attributes).find((one) => one.prefix && one.localName === "id").value;
    const part = all(xml("xl/_rels/workbook.xml.rels"), "Relationship").find((one) => one.getAttribute("Id") === link);
    const shared = files["xl/sharedStrings.xml"] ? all(xml("xl/sharedStrings.xml"), "si").map(words) : [];
    const lines = [];
    for (const row of all(xml("xl/" + part.getAttribute("Target").replace(/^\/?(xl\/)?/, "")), "row")) {
      const cells = [];
      for (const cell of all(row, "c")) {
        const at = cell.hasAttribute("r") ? column(cell.getAttribute("r")) : cells.length;
        cells[at] = value(cell, shared).replace(/[\t\r\n]+/g, " ").replace(/"/g, "'");
      }
      const number = Number(row.getAttribute("r")) || lines.length + 1;
      lines[number - 1] = Array.from(cells, (one) => one || "").join("\t");
    }
    return Array.from(lines, (one) => one || "").join("\n");
  };
})();
