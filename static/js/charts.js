/* Draws every <div data-chart="KEY"> from the JSON of <script id="charts">. The table below a chart holds the same numbers:
   whoever cannot see the drawing reads the table. A bar opens the list behind it. No inline style, no HTML tooltips (CSP). */
(function () {
  "use strict";
  const source = document.getElementById("charts");
  if (!source || !window.echarts) { return; }
  const charts = JSON.parse(source.textContent);
  const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
  const COLOURS = ["#1f6fb2", "#d98c1f", "#4a8f5b", "#b5483f", "#6b6f9c", "#7a8896"];
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.webdriver;

  function seriesOf(chart) {
    return chart.series.map(function (one) {
      const line = one.type === "line" || chart.kind === "line";
      return {
        name: one.name,
        type: line ? "line" : "bar",
        stack: one.stack,
        step: one.step,
        connectNulls: Boolean(one.connect),
        symbol: one.connect ? "diamond" : undefined,
        symbolSize: one.connect ? 13 : 7,
        barMaxWidth: 26,
        lineStyle: one.dashed ? { type: "dashed", width: 2 } : { width: 2 },
        label: one.labels ? { show: true, position: "top", formatter: "{b}" } : undefined,
        data: one.data,
      };
    });
  }

  function draw(box) {
    const chart = charts[box.dataset.chart];
    if (!chart) { return; }
    const narrow = box.clientWidth < 520;
    const category = {
      type: "category",
      data: chart.categories,
      inverse: Boolean(chart.horizontal),
      axisLabel: { interval: 0, rotate: !chart.horizontal && chart.categories.length * 64 > box.clientWidth ? 45 : 0, fontSize: narrow ? 10 : 12,
        width: narrow ? 110 : 190, overflow: "truncate" },
      axisTick: { show: false },
    };
    const value = { type: "value", name: chart.unit || "", nameTextStyle: { fontSize: 11 }, max: chart.max,
      splitLine: { lineStyle: { color: "#e6e9ee" } } };
    const drawn = window.echarts.init(box);
    drawn.setOption({
      animation: !calm,
      color: COLOURS,
      textStyle: { fontFamily: FONT, fontSize: 12 },
      aria: { enabled: true },
      grid: { left: 8, right: 24, top: chart.series.length > 1 ? 36 : 24, bottom: 8, containLabel: true },
      legend: chart.series.length > 1 ? { top: 0, icon: "roundRect", itemHeight: 8 } : undefined,
      tooltip: { trigger: chart.kind === "line" ? "axis" : "item", renderMode: "richText", confine: true },
      xAxis: chart.horizontal ? value : category,
      yAxis: chart.horizontal ? category : value,
      series: seriesOf(chart),
    });
    drawn.on("click", function (event) {
      if (event.data && event.data.url) { window.location.assign(event.data.url); }
    });
    window.addEventListener("resize", function () { drawn.resize(); });
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
})();
