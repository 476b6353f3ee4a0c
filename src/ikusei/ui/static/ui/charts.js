// Draws the charts of a page from their JSON with ECharts, and saves them. The data table of the page holds every value,
// so nothing is lost where this does not run. Kinds: line, bar, radar, plane; see ui/README.md for the JSON.
"use strict";

const HUES = ["accent", "create", "dq", "understand", "gq", "use"];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
const DASHES = ["solid", "dashed", "dotted"];

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function colourOf(series, index) {
  return token(series.hue || HUES[index % HUES.length]);
}

function dashOf(series, index) {
  return series.dash || DASHES[Math.floor(index / HUES.length) % DASHES.length];
}

function frame(data, title) {
  const text = token("text");
  return {
    backgroundColor: token("ground"),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 200,
    aria: { enabled: true, label: { description: title }, decal: { show: data.series.length > 1 } },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    legend: {
      show: data.series.length > 1,
      bottom: 0,
      type: "scroll",
      data: data.series.map((series) => series.name),
      textStyle: { color: text },
    },
  };
}

function axes(data, horizontal) {
  const text = token("text");
  const categories = {
    type: "category",
    data: data.labels,
    inverse: horizontal,
    axisLabel: { color: text, hideOverlap: !horizontal, interval: horizontal ? 0 : "auto" },
    axisLine: { lineStyle: { color: token("line-strong") } },
  };
  const values = {
    type: "value",
    name: data.unit || "",
    max: data.max,
    minInterval: data.whole === false ? 0 : 1,
    axisLabel: { color: text },
    splitLine: { lineStyle: { color: token("line") } },
    nameTextStyle: { color: text },
  };
  return horizontal ? { xAxis: values, yAxis: categories } : { xAxis: categories, yAxis: values };
}

// Upright lines where something changed, each with its name: marks of the whole chart, drawn with its first line.
function marksOf(data) {
  return {
    symbol: "none",
    silent: true,
    lineStyle: { color: token("line-strong"), type: "dashed" },
    label: { color: token("text"), formatter: (mark) => mark.data.name },
    data: (data.marks || []).map((mark) => ({ name: mark.name, xAxis: mark.at })),
  };
}

// [x, y, x, y] as the points that they are.
function pointsOf(numbers) {
  return numbers.flatMap((value, place) => (place % 2 ? [] : [[value, numbers[place + 1]]]));
}

function planeAxis(data, name) {
  const text = token("text");
  return {
    type: "value",
    name,
    nameLocation: "middle",
    nameGap: 28,
    min: 0,
    max: data.max,
    axisLabel: { color: text },
    nameTextStyle: { color: text, fontWeight: "bold" },
    splitLine: { lineStyle: { color: token("line") } },
  };
}

// The diagonal of an even balance, and the targets where the plane has some.
function planeMarks(data) {
  const strong = { color: token("line-strong"), type: "solid", width: 1 };
  const dotted = { color: token("line-strong"), type: "dotted", width: 1 };
  const [gq, dq] = data.targets;
  const targets = data.targets.length ? [{ xAxis: gq, lineStyle: dotted }, { yAxis: dq, lineStyle: dotted }] : [];
  const even = [{ coord: [0, 0], lineStyle: strong }, { coord: data.slope }];
  return { symbol: "none", silent: true, animation: false, label: { show: false }, data: [even, ...targets] };
}

function planeLines(name, paths, type) {
  return {
    name,
    type: "lines",
    coordinateSystem: "cartesian2d",
    polyline: true,
    silent: true,
    data: paths.filter((coords) => coords.length > 1).map((coords) => ({ coords })),
    lineStyle: type === "solid" ? { color: token("line-strong"), width: 1, type, opacity: 0.35 } : { color: token("create"), width: 1.5, type },
  };
}

const KINDS = {
  plane(data) {
    const here = ([, gq, dq]) => [gq, dq];
    return {
      aria: { enabled: true, decal: { show: false } },
      tooltip: {
        trigger: "item",
        renderMode: "richText",
        confine: true,
        formatter: (item) => `${item.name}\nGQ ${item.value[0]}  DQ ${item.value[1]}`,
      },
      xAxis: planeAxis(data, "GQ"),
      yAxis: planeAxis(data, "DQ"),
      series: [
        planeLines(data.words[0], data.dots.map((dot) => [...pointsOf(dot[4]), here(dot)]), "solid"),
        planeLines(data.words[1], data.dots.map((dot) => [here(dot), ...pointsOf(dot[5])]), "dashed"),
        {
          type: "scatter",
          symbolSize: 9,
          color: token("accent"),
          itemStyle: { opacity: 0.75 },
          data: data.dots.map((dot) => ({ name: dot[0], value: here(dot), url: data.url.replace("{}", dot[3]) })),
          markLine: planeMarks(data),
        },
      ],
    };
  },
  line(data) {
    return {
      ...axes(data, false),
      series: data.series.map((series, index) => ({
        name: series.name,
        type: "line",
        data: series.values,
        color: colourOf(series, index),
        symbol: SYMBOLS[index % SYMBOLS.length],
        symbolSize: 8,
        lineStyle: { width: 2, type: dashOf(series, index) },
        markLine: index === 0 ? marksOf(data) : undefined,
      })),
    };
  },
  bar(data) {
    return {
      ...axes(data, Boolean(data.horizontal)),
      series: data.series.map((series, index) => ({
        name: series.name,
        type: "bar",
        stack: data.stacked ? "all" : undefined,
        data: series.values,
        color: colourOf(series, index),
        barMaxWidth: 28,
      })),
    };
  },
  radar(data) {
    return {
      tooltip: { trigger: "item", renderMode: "richText", confine: true },
      radar: {
        center: ["50%", "47%"],
        radius: "62%",
        indicator: data.labels.map((name) => ({ name, max: data.max })),
        splitNumber: data.max || 4,
        axisName: { color: token("text"), overflow: "break", width: 96 },
        splitArea: { show: false },
        splitLine: { lineStyle: { color: token("line") } },
        axisLine: { lineStyle: { color: token("line") } },
      },
      series: data.series.map((series, index) => ({
        name: series.name,
        type: "radar",
        data: [{ name: series.name, value: series.values }],
        color: colourOf(series, index),
        symbol: SYMBOLS[index % SYMBOLS.length],
        symbolSize: 6,
        lineStyle: { width: 2, type: series.dash || (index === 0 ? "solid" : "dashed") },
        areaStyle: series.filled ? { opacity: 0.15 } : undefined,
      })),
    };
  },
};

function optionsOf(figure, data) {
  const title = figure.querySelector(".chart__title").textContent;
  const options = { ...frame(data, title), ...KINDS[figure.dataset.chart](data) };
  const named = figure.dataset.chart === "plane";
  if (figure.dataset.chart !== "radar") {
    const below = named || data.series.length > 1 ? 40 : 12;
    options.grid = { left: named ? 32 : 12, right: 24, top: 32, bottom: below, containLabel: true };
  }
  return options;
}

function saveAddress(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

function saveText(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  saveAddress(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// The saved picture carries its title, since it leaves the page that explains it.
function titled(options, figure) {
  const title = figure.querySelector(".chart__title").textContent;
  const named = { ...options, animation: false, title: { text: title, left: "center", textStyle: { fontSize: 14 } } };
  if (options.grid) {
    named.grid = { ...options.grid, top: 56 };
  }
  return named;
}

function savePicture(figure, options, kind) {
  const canvas = figure.querySelector(".chart__canvas");
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  if (kind === "svg") {
    const drawing = echarts.init(null, null, { renderer: "svg", ssr: true, ...size });
    drawing.setOption(titled(options, figure));
    saveText(drawing.renderToSVGString(), "image/svg+xml", `${figure.id}.svg`);
    drawing.dispose();
    return;
  }
  const drawing = echarts.init(document.createElement("div"), null, { renderer: "canvas", devicePixelRatio: 2, ...size });
  drawing.setOption(titled(options, figure));
  saveAddress(drawing.getDataURL({ type: "png", backgroundColor: token("ground") }), `${figure.id}.png`);
  drawing.dispose();
}

function draw(figure) {
  const data = JSON.parse(document.getElementById(figure.dataset.chartData).textContent);
  const canvas = figure.querySelector(".chart__canvas");
  const options = optionsOf(figure, data);
  canvas.hidden = false;
  figure.querySelector(".chart__tools").hidden = false;
  const chart = echarts.init(canvas, null, { renderer: "canvas" });
  chart.setOption(options);
  chart.on("click", (event) => {
    if (event.data && event.data.url) {
      window.location.assign(event.data.url);
    }
  });
  new ResizeObserver(() => chart.resize()).observe(canvas);
  for (const button of figure.querySelectorAll("[data-chart-save]")) {
    button.addEventListener("click", () => savePicture(figure, options, button.dataset.chartSave));
  }
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  draw(figure);
}
