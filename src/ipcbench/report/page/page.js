// What a page does where scripts run: charts that are hovered, chosen from and read by keys; tables that sort.
// Without it, the page has pictures and tables. Nothing of a document is ever taken for markup here.
"use strict";
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // What the charts were made with.
  const { parameter: PARAMETER, width: DRAWN_WIDTH } = document.body.dataset;
  const UNIT = `${PARAMETER}unit`;
  const PREFIXES = { n: 1e-9, "µ": 1e-6, m: 1e-3, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // Columns, where texts stand once each, as rows.
  const rows = (columns) => {
    const names = Object.keys(columns);
    const values = names.map((name) => {
      const { texts, numbers } = columns[name];
      return texts ? numbers.map((number) => texts[number]) : numbers;
    });
    const length = values.length ? values[0].length : 0;
    return Array.from({ length }, (_, at) => Object.fromEntries(names.map((name, of) => [name, values[of][at]])));
  };

  const theme = () => {
    const ink = dark.matches ? "#e8e8e8" : "#1a1a1a";
    const grid = dark.matches ? "#333333" : "#e4e4e4";
    return {
      background: null,
      axis: { labelColor: ink, titleColor: ink, tickColor: grid, domainColor: ink, gridColor: grid },
      legend: { labelColor: ink, titleColor: ink },
      title: { color: ink },
      header: { labelColor: ink, titleColor: ink },
      rule: { color: ink },
      text: { color: ink },
    };
  };

  // Axes that can be linear are logarithmic in what came; a specification is changed where it stands.
  const changed = (spec, width, linear) => {
    const factor = Math.min(1.4, Math.max(width, 200) / DRAWN_WIDTH);
    const visit = (part) => {
      if (Array.isArray(part)) return part.map(visit);
      if (part === null || typeof part !== "object") return part;
      const copy = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, visit(value)]));
      // The axis of the chosen figure is the one that is labelled with its unit.
      if (linear && copy.axis?.labelExpr?.includes(UNIT)) {
        copy.scale = { ...copy.scale, type: "linear" };
        copy.axis = { ...copy.axis, labelExpr: `format(datum.value, '~s') + ${UNIT}` };
      }
      if (typeof copy.width === "number") copy.width = Math.round(copy.width * factor);
      return copy;
    };
    return visit(spec);
  };

  // What says its value: points, and the bars of stages.
  const READ = 'path[aria-roledescription="point"], path[aria-roledescription="bar"]';

  class Explorer {
    constructor(root) {
      this.root = root;
      this.form = root.querySelector("form");
      const { data, views } = JSON.parse(root.querySelector("script").textContent);
      this.data = Object.fromEntries(Object.entries(data).map(([name, columns]) => [name, rows(columns)]));
      this.views = views.map((view, at) => ({ ...view, figure: root.querySelectorAll("figure")[at] }));
    }

    begin() {
      this.form.hidden = !this.form.elements.length;
      this.form.addEventListener("change", () => this.show());
      this.form.addEventListener("submit", (event) => event.preventDefault());
      for (const view of this.views) this.read(view);
      return this.draw();
    }

    // What the controls say, by parameter.
    get chosen() {
      const said = { shown: [] };
      for (const control of this.form.elements) {
        if (control.type === "checkbox" && control.checked) said.shown.push(control.value);
        if (control.localName === "select") said[control.name] = control.value;
      }
      const option = this.form.elements.quantity?.selectedOptions[0];
      if (option) Object.assign(said, { called: option.textContent, unit: option.dataset.unit });
      return said;
    }

    get linear() {
      const option = this.form.elements.quantity?.selectedOptions[0];
      return this.form.elements.axis?.value === "linear" || option?.dataset.positive === "false";
    }

    // Leave out the figures that nothing chosen has.
    offer() {
      const select = this.form.elements.quantity;
      if (!select) return;
      const said = this.chosen;
      const places = [...this.form.querySelectorAll("select[data-coordinate]")].map((each) => each.name);
      const besides = places.filter((name) => name !== "size");
      const here = this.data.figures.filter((row) => besides.every((name) => row[name] === said[name]));
      const known = new Set(here.map((row) => row.quantity));
      for (const option of select.options) option.hidden = option.disabled = !known.has(option.value);
      if (select.selectedOptions[0]?.disabled) {
        select.value = [...select.options].find((option) => !option.disabled)?.value ?? select.value;
      }
    }

    async show() {
      this.offer();
      if (this.linear !== this.drawnLinear) return this.draw();
      const said = this.chosen;
      for (const { chooses, result } of this.views) {
        for (const name of chooses) result.view.signal(PARAMETER + name, said[name]);
        // Names and legends may have become longer.
        await result.view.resize().runAsync();
      }
    }

    async draw() {
      this.offer();
      this.drawnLinear = this.linear;
      for (const view of this.views) await this.embed(view);
    }

    async embed(view) {
      const said = this.chosen;
      const place = view.figure.querySelector(".live");
      view.figure.classList.add("is-live");
      const spec = changed(view.spec, view.figure.clientWidth - 90, this.linear);
      spec.params = spec.params.map((param) => {
        const name = param.name.slice(PARAMETER.length);
        return view.chooses.includes(name) ? { ...param, value: said[name] } : param;
      });
      spec.datasets = { [view.data]: this.data[view.data] };
      const how = { ast: true, actions: false, renderer: "svg", defaultStyle: false, config: theme() };
      try {
        view.result?.finalize();
        view.result = await vegaEmbed(place, spec, { ...how, tooltip: { disableDefaultStyle: true } });
      } catch (error) {
        view.figure.classList.remove("is-live");
        throw error;
      }
    }

    // Arrow keys go from point to point; each says its value where everybody sees and hears it.
    read(view) {
      const place = view.figure.querySelector(".live");
      const said = view.figure.querySelector(".said");
      place.addEventListener("keydown", (event) => {
        const points = [...place.querySelectorAll(READ)];
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step || !points.length) return;
        event.preventDefault();
        const now = points.indexOf(document.activeElement);
        const next = points[(now + step + points.length) % points.length];
        next.setAttribute("tabindex", "-1");
        next.focus();
        said.textContent = next.getAttribute("aria-label");
      });
    }
  }

  // `4.1 µs [4.0, 4.2]` as 4.1e-6: a column has one unit, and its prefix tells the order.
  const number = (text) => {
    const found = /^[±<>~]?\s*(-?[\d.,]*\d)\s*([nµmkKMG]?)/.exec(text.trim());
    if (!found) return NaN;
    return Number(found[1].replaceAll(",", "")) * (PREFIXES[found[2]] ?? 1);
  };

  const sort = (table, column, button) => {
    const body = table.tBodies[0];
    const down = button.closest("th").getAttribute("aria-sort") === "ascending";
    const read = (row) => row.cells[column]?.textContent ?? "";
    const order = (a, b) => {
      const [x, y] = [number(read(a)), number(read(b))];
      if (Number.isNaN(x) || Number.isNaN(y)) {
        return Number.isNaN(x) - Number.isNaN(y) || read(a).localeCompare(read(b));
      }
      return down ? y - x : x - y;
    };
    for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
    button.closest("th").setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...[...body.rows].sort(order));
  };

  const cells = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const FORMATS = {
    CSV: (lines) => lines.map((line) => line.map(quoted).join(",")).join("\n"),
    Markdown: ([head, ...lines]) => {
      const row = (line) => `| ${line.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
      return [row(head), row(head.map(() => "---")), ...lines.map(row)].join("\n");
    },
  };

  const copy = async (text, button) => {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = element("textarea", { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "copied";
    setTimeout(() => (button.textContent = before), 1500);
  };

  const improve = (table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = element("button", { type: "button", className: "sort" }, head.textContent);
      button.addEventListener("click", () => sort(table, column, button));
      head.replaceChildren(button);
    });
    const buttons = Object.entries(FORMATS).map(([name, write]) => {
      const button = element("button", { type: "button" }, `Copy as ${name}`);
      button.addEventListener("click", () => copy(write(cells(table)), button));
      return button;
    });
    table.after(element("p", { className: "copy" }, ...buttons));
  };

  for (const table of document.querySelectorAll("table")) improve(table);
  const explorers = [...document.querySelectorAll(".explorer")].map((root) => new Explorer(root));
  const draw = () => Promise.all(explorers.map((each) => each.draw()));
  Promise.all(explorers.map((each) => each.begin())).then(() => {
    document.documentElement.dataset.ready = "yes";
    dark.addEventListener("change", draw);
    let waiting = 0;
    let width = innerWidth;
    addEventListener("resize", () => {
      clearTimeout(waiting);
      if (innerWidth !== width) waiting = setTimeout(draw, 200);
      width = innerWidth;
    });
  });
}
