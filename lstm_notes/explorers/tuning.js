import { roundLevels } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, choice, live, make, menu, put, row, slider, spoken, task } from "./kit.js";
import { clamp, figures, formatNumber, mean, wrapped } from "./numbers.js";

const [ALL, BOTH] = ["all seeds", "2013 and 2014"]; // as in tuning.py
const [BEST, FAR] = [10, 0.5]; // the second task: among so many; so much of the map's width or height
const NAMES = { learning_rate: "learning rate" };
const named = (axis) => NAMES[axis] ?? axis;
const degrees = (value) => formatNumber(value, 3);

// -- The survey ------------------------------------------------------------------------------------------------------

const count = (length) => Array.from({ length }, (_, k) => k);

/** Of a setting, by its place, its errors: of each seed those on the folds. */
function errorsOf({ table, numbers }, place) {
  const folds = table.folds.length;
  return count(table.seeds).map((seed) =>
    Array.from(numbers.subarray((place * table.seeds + seed) * folds, (place * table.seeds + seed + 1) * folds)),
  );
}

/** Of a setting, by its place, the forecasts of each seed. */
function forecastsOf({ table, lines }, place) {
  const days = table.measured.length - 1;
  return count(table.seeds).map((seed) =>
    Array.from(lines.subarray((place * table.seeds + seed) * days, (place * table.seeds + seed + 1) * days)),
  );
}

/** The value in the middle, or the mean of the two there. */
function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Of each setting the mean of some seeds' errors on some folds. */
const meansOf = (every, seeds, folds) =>
  every.map((errors) => mean(seeds.map((seed) => mean(folds.map((fold) => errors[seed][fold])))));

const lowest = (values) => values.indexOf(Math.min(...values));

/** Of the setting at `place` among `means`: its own, how far it lies below their median, its rank, from 1. */
function standing(means, place, words) {
  const value = means[place];
  return { words, value, lead: median(means) - value, rank: 1 + means.filter((other) => other < value).length };
}

/** What there is of a state, whatever an address said. */
function present({ table, x, y, rank, beside, by, year }) {
  const { settings, axes, seeds, years } = table;
  const across = axes.includes(x) ? x : axes[0];
  const whole = (value, least) => clamp(Math.round(value) || least, least, settings.length);
  return {
    x: across,
    y: axes.includes(y) && y !== across ? y : axes.find((name) => name !== across),
    rank: whole(rank, 1),
    beside: whole(beside, 0),
    by: count(seeds).some((seed) => by === `seed ${seed}`) ? by : ALL,
    year: year in years ? year : BOTH,
  };
}

/** All that follows from a state. `every` are the errors of every setting, `means` over all seeds and folds, `ranges` of
 *  the seeds' own means over all folds; `winner` is a place, from 0. */
function today(state) {
  const now = present(state);
  const { settings, seeds, folds, years } = state.table;
  const every = settings.map((_, place) => errorsOf(state, place));
  const [allSeeds, allFolds] = [count(seeds), count(folds.length)];
  const chosen = now.by === ALL ? allSeeds : [Number(now.by.replace("seed ", ""))];
  const others = allSeeds.filter((seed) => !chosen.includes(seed));
  const first = meansOf(every, chosen, years[now.year]);
  const winner = lowest(first);
  const standings = [standing(first, winner, `${now.by} in ${now.year}`)];
  if (others.length) {
    standings.push(standing(meansOf(every, others, years[now.year]), winner, `other seeds in ${now.year}`));
  }
  if (now.year !== BOTH) {
    const other = now.year === "2013" ? "2014" : "2013";
    standings.push(standing(meansOf(every, allSeeds, years[other]), winner, `${ALL} in ${other}`));
  }
  const means = meansOf(every, allSeeds, allFolds);
  const ranges = every.map((errors) => {
    const own = errors.map((each) => mean(each));
    return [Math.min(...own), Math.max(...own)];
  });
  return { ...state.table, ...now, every, means, ranges, middle: median(means), winner, standings };
}

/** The winner's rank by all seeds and folds, and its standings, for those who ask from Python. */
export function chosen(state) {
  const { winner, standings } = today(state);
  return { winner: winner + 1, standings };
}

/** A setting in words. */
const inWords = ({ look_back, units, learning_rate, epochs, columns }) =>
  `look_back ${look_back}, ${units} units, learning rate ${figures(learning_rate)}, ${epochs} epochs, ${columns}`;

const range = ([low, high]) => `${degrees(low)} to ${degrees(high)} °C`;

// -- The picture -----------------------------------------------------------------------------------------------------

const WIDE = {
  size: [880, 552],
  legend: [62, 12, 32],
  map: [62, 74, 386, 286],
  selected: [486, 12, 50],
  folds: [528, 88, 342, 128],
  lines: 262,
  winner: [486, 302, 716, 814, 870, 50],
  days: [62, 428, 808, 92],
};
const NARROW = {
  size: [420, 1062],
  legend: [8, 12, 32],
  map: [56, 78, 352, 280],
  selected: [8, 424, 52],
  folds: [50, 506, 362, 150],
  lines: 706,
  winner: [8, 746, 248, 352, 412, 52],
  days: [50, 910, 362, 100],
};
const [SMALL, LARGE] = [4, 13]; // radius of a point

/** The map, the selected setting's errors and forecasts, and where the winner stands. */
export function scene(state, narrow = false) {
  const now = today(state);
  const places = narrow ? NARROW : WIDE;
  const d = new Drawing(...places.size, "A map of settings, and what their seeds say");
  theMap(d, now, places);
  theSelected(d, state, now, places, narrow);
  theWinner(d, now, places);
  theDays(d, state, now, places, narrow);
  const place = now.rank - 1;
  const kept = now.beside
    ? ` Kept beside it: rank ${now.beside}, ${inWords(now.settings[now.beside - 1])}: ${degrees(now.means[now.beside - 1])} °C, ` +
      `its seeds ${range(now.ranges[now.beside - 1])}.`
    : "";
  const said = now.standings.map(
    ({ words, value, lead, rank }) => `by ${words} ${degrees(value)} °C, ${leadOf(lead)} the median, rank ${rank}`,
  );
  d.description =
    `A map of ${now.settings.length} settings of an LSTM, ${named(now.x)} across and ${named(now.y)} up, both ` +
    `logarithmic. A point's colour is the setting's mean error over ${now.seeds} seeds and four half years, from ` +
    `${degrees(now.means[0])} to ${degrees(now.means.at(-1))} °C, the median ${degrees(now.middle)}; its size, how much ` +
    `its seeds differ; a dot in it, that it has all columns. "As today" has ${degrees(mean(now.today))} °C. Selected ` +
    `is rank ${now.rank}, ${inWords(now.settings[place])}: ${degrees(now.means[place])} °C, ` +
    `its seeds ${range(now.ranges[place])}.${kept} The winner by ${now.standings[0].words}, rank ${now.winner + 1} by ` +
    `all: ${said.join("; ")}. Below, the selected setting's forecasts for ${now.measured.length - 1} days from ` +
    `${now.first} on, a line a seed, beside what was measured and "as today".`;
  return d;
}

const leadOf = (lead) => `${degrees(Math.abs(lead))} ${lead < 0 ? "above" : "below"}`;

/** How much better or worse than the median a point is drawn: 1 in full, from the best one's lead on. */
const strengthOf = ({ means, middle }, place) => (middle - means[place]) / (middle - means[0] || 1);

/** A point: a disc where the error is below the median, a triangle where it is above. */
function point(d, x, y, radius, strength, named) {
  const full = { "fill-opacity": Math.min(Math.abs(strength), 1).toFixed(2), "stroke-width": 1.2 };
  const [across, up] = [x, y].map((each) => Number(each.toFixed(2)));
  if (strength >= 0) {
    d.add("circle", { class: "plus", cx: across, cy: up, r: radius.toFixed(2), ...full }, named);
    return;
  }
  const corners = [
    [-1.1, -0.8],
    [1.1, -0.8],
    [0, 1.15],
  ];
  const points = corners.map(([a, b]) => `${(across + a * radius).toFixed(2)},${(up + b * radius).toFixed(2)}`);
  d.add("polygon", { class: "minus", points: points.join(" "), ...full }, named);
}

/** Whether a setting has all columns to learn from; on the map a dot in it. */
const wide = ({ columns }) => columns === "all columns";

/** The ends of the map's axes. */
const limitsOf = ({ settings, x, y }) =>
  [x, y].map((name) => {
    const values = settings.map((setting) => setting[name]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high / low) ** 0.07; // a point is whole at the edge
    return [low / room, high * room];
  });

function theMap(d, now, { legend, map }) {
  const [left, above, below] = legend;
  const small = { size: 13, anchor: "start" };
  const most = 2 * now.middle - now.means[0];
  [
    [0, 1, `best ${degrees(now.means[0])} °C`],
    [134, 0, `median ${degrees(now.middle)}`],
    [260, -1, `${degrees(most)} and more`],
  ].forEach(([x, strength, words], k) => {
    point(d, left + x + 7, above, 6, strength, { part: `key-${k}` });
    d.text(left + x + 19, above, words, { ...small, part: `key-words-${k}` });
  });
  const spreads = now.ranges.map(([low, high]) => high - low);
  const [least, widest] = [Math.max(Math.min(...spreads), 1e-4), Math.max(...spreads)];
  d.text(left, below, `larger: seeds differ more, up to ${formatNumber(widest)} °C`, { ...small, part: "key-size" });
  d.dot(left + 303, below, "x", { radius: 2.6, part: "key-all" });
  d.text(left + 312, below, now.settings.find(wide)?.columns ?? "", { ...small, part: "key-columns" });
  const [xs, ys] = limitsOf(now);
  const axes = d.axes(...map, xs, ys, { log: "xy", xlabel: named(now.x), part: "map" });
  d.text(map[0] - 40, map[1] - 16, `${named(now.y)} ↑`, { size: 14, anchor: "start", part: "ylabel" });
  const [l, t, width, height] = map;
  const touched = { "data-touch": "map" };
  const frame = { class: "axes", x: l, y: t, width, height, fill: "transparent", "stroke-width": 1 };
  d.add("rect", frame, { part: "touch-map", more: touched });
  const places = now.settings.map((setting) => [axes.x(setting[now.x]), axes.y(setting[now.y])]);
  const share = (spread) => Math.log(Math.max(spread, least) / least) / Math.log(Math.max(widest / least, 2));
  const radii = spreads.map((spread) => SMALL + (LARGE - SMALL) * share(spread));
  const order = count(radii.length).toSorted((one, other) => radii[other] - radii[one]);
  for (const place of order) {
    const more = { "data-touch": "map" };
    point(d, ...places[place], radii[place], strengthOf(now, place), { part: `point-${place + 1}`, more });
    if (!wide(now.settings[place])) continue;
    d.dot(...places[place], "x", { radius: 2.6, part: `columns-${place + 1}`, more: { "pointer-events": "none" } });
  }
  const mark = (place, name, shape) => {
    const [x, y] = places[place];
    const path = shape(x, y, radii[place] + 4);
    const line = { class: "line", d: path, fill: "none", "stroke-width": 2.4 };
    d.add("path", line, { part: name, more: { "pointer-events": "none" } });
  };
  if (now.beside) mark(now.beside - 1, "kept", square);
  mark(now.winner, "winner", diamond);
  mark(now.rank - 1, "selected", ring);
}

const short = (value) => value.toFixed(2);
const ring = (x, y, r) => `M${short(x - r)} ${short(y)}a${short(r)} ${short(r)} 0 1 0 ${short(2 * r)} 0a${short(r)} ${short(r)} 0 1 0 ${short(-2 * r)} 0`; // prettier-ignore
const square = (x, y, r) => `M${short(x - r)} ${short(y - r)}h${short(2 * r)}v${short(2 * r)}h${short(-2 * r)}Z`;
const diamond = (x, y, r) => {
  const far = r * 1.5;
  return `M${short(x)} ${short(y - far)}l${short(far)} ${short(far)}l${short(-far)} ${short(far)}l${short(-far)} ${short(-far)}Z`;
};

/** A sign of the map, to begin words with. */
function sign(d, shape, x, y, part) {
  d.add("path", { class: "line", d: shape(x, y, 5), fill: "none", "stroke-width": 2.2 }, { part });
}

/** Words that begin with a sign, in two lines at most. */
function signed(d, shape, [x, y, letters], words, part) {
  sign(d, shape, x + 8, y, `${part}-sign`);
  wrapped(words, letters).forEach((line, k) => {
    d.text(x + 22, y + 18 * k, line, { size: 13, anchor: "start", part: `${part}-${k}` });
  });
}

const titleOf = (now, rank) => `rank ${rank} of ${now.settings.length}, ${degrees(now.means[rank - 1])} °C:`;

/** The selected setting, and the one that is kept: each seed on each fold and on all of them. */
function theSelected(d, state, now, { selected, folds, lines: below }, narrow) {
  const [left, top, letters] = selected;
  const told = (rank) => `${titleOf(now, rank)} ${inWords(now.settings[rank - 1])}`;
  signed(d, ring, [left, top, letters], told(now.rank), "selected-words");
  const second = now.beside ? told(now.beside) : "none is kept to compare";
  signed(d, square, [left, top + 38, letters], second, "kept-words");
  const withAll = (errors) => [...errors, mean(errors)];
  const shown = [now.rank, ...(now.beside ? [now.beside] : [])].map((rank) => now.every[rank - 1].map(withAll));
  const five = count(now.folds.length + 1);
  const overSeeds = now.every.map((errors) => withAll(count(now.folds.length).map((fold) => mean(errors.map((each) => each[fold]))))); // prettier-ignore
  const references = {
    best: overSeeds[0],
    median: five.map((fold) => median(overSeeds.map((means) => means[fold]))),
    persistence: withAll(now.today),
  };
  const values = [shown, Object.values(references)].flat(3);
  const levels = roundLevels(values, 6, 0.1);
  const yticks = levels.map((value) => [value, figures(value)]);
  const axes = d.axes(...folds, [-0.5, 4.5], [levels[0], levels.at(-1)], { yticks, grid: true, part: "folds" });
  const step = folds[2] / 5;
  const halves = now.folds
    .map((name) => name.split(", "))
    .map(([year, half]) => [half.replace("first", "1st").replace("second", "2nd"), year]);
  [...halves, ["all", "four"]].forEach((words, k) => {
    words.forEach((line, n) => {
      const y = folds[1] + folds[3] + 14 + 16 * n;
      d.text(axes.x(k), y, line, { size: 13, bold: k === 4, part: `fold-${k}-${n}` });
    });
  });
  const looks = { best: ["line", "7 3"], median: ["axes", ""], persistence: ["persistence", "6 2 1 2"] };
  const at = { best: 0, median: narrow ? 118 : 104, persistence: narrow ? 258 : 230 };
  const words = { best: "best of all", median: "median of all", persistence: "as today" };
  for (const [name, means] of Object.entries(references)) {
    const [look, dash] = looks[name];
    const line = { class: look, fill: "none", "stroke-width": 2, ...(dash && { "stroke-dasharray": dash }) };
    const path = means.map((value, k) => `M${(axes.x(k) - step * 0.46).toFixed(1)} ${short(axes.y(value))}h${(step * 0.92).toFixed(1)}`); // prettier-ignore
    d.add("path", { ...line, d: path.join("") }, { part: `line-${name}` });
    const x = folds[0] + at[name] - 34;
    d.add("path", { ...line, d: `M${x} ${below}h24` }, { part: `line-${name}-key` });
    d.text(x + 30, below, words[name], { size: 13, anchor: "start", part: `line-${name}-words` });
  }
  shown.forEach((errors, which) => {
    errors.forEach((own, seed) => {
      own.forEach((value, fold) => {
        const aside = now.beside ? (which ? 0.23 : -0.23) : 0;
        const x = axes.x(fold + aside) + (seed - 2) * (now.beside ? 0.08 : 0.14) * step;
        const over = fold < 4 ? now.folds[fold] : "all four half years";
        const more = { "data-says": `${which ? "kept, " : ""}seed ${seed}, ${over}: ${degrees(value)} °C` };
        const part = `${which ? "other" : "seed"}-${seed}-${fold}`;
        if (which) d.bar(x - 3.2, axes.y(value) - 3.2, 6.4, 6.4, "x", { part, more });
        else d.dot(x, axes.y(value), "LSTM", { radius: 4, part, more });
      });
    });
  });
}

/** What the winner comes to by what it was chosen, and by what it was not. */
function theWinner(d, now, { winner }) {
  const [left, top, error, lead, rank, letters] = winner;
  const words = `the winner (rank ${now.winner + 1}), by ${now.standings[0].words}`;
  signed(d, diamond, [left, top, letters], words, "winner-words");
  const head = top + 26;
  const end = { size: 13, anchor: "end" };
  d.text(left, head, "judged by", { size: 13, anchor: "start" });
  d.text(error, head, "°C", end);
  d.text(lead, head, "below median", end);
  d.text(rank, head, "rank", end);
  now.standings.forEach((each, k) => {
    const y = head + 20 + 20 * k;
    d.text(left, y, each.words, { size: 13, anchor: "start", part: `judge-${k}` });
    d.text(error, y, degrees(each.value), { size: 13, anchor: "end", part: `error-${k}` });
    d.text(lead, y, degrees(each.lead), { size: 13, anchor: "end", part: `lead-${k}` });
    d.text(rank, y, `${each.rank}`, { size: 13, anchor: "end", bold: true, part: `rank-${k}` });
  });
  if (now.standings.length > 1) return;
  const rest = "No seeds and no days are left to judge it by.";
  d.text(left, head + 40, rest, { size: 13, anchor: "start", part: "nothing-left" });
}

/** The date of a day, counted from the first. */
function dateOf({ first }, day) {
  const [year, month, date] = first.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + day)).toISOString().slice(0, 10);
}

/** What was measured, "as today", and the forecasts of the selected setting: a line a seed. */
function theDays(d, state, now, { days: place }, narrow) {
  const [left, top, width, height] = place;
  const forecasts = forecastsOf(state, now.rank - 1);
  const measured = now.measured.slice(1);
  const levels = roundLevels([...measured, ...forecasts.flat()], 6, 5);
  const yticks = levels.map((value) => [value, figures(value)]);
  const last = measured.length - 1;
  const axes = d.axes(...place, [-0.5, last + 0.5], [levels[0], levels.at(-1)], { yticks, grid: true, part: "days" });
  const small = { size: 13, anchor: "start" };
  const title = narrow ? 8 : left - 40;
  d.text(title, top - (narrow ? 34 : 14), "highest temperature, °C, a day ahead:", { ...small, part: "days-title" });
  const keys = narrow ? [title, title + 82, title + 166] : [title + 300, title + 400, title + 490];
  [
    ["measured", "truth"],
    ["as today", "persistence"],
    ["selected, a line a seed", "LSTM"],
  ].forEach(([words, look], k) => d.text(keys[k], top - 14, words, { ...small, look, bold: true }));
  const more = { "pointer-events": "none" };
  d.curve(axes, now.measured.slice(0, -1), "persistence", { width: 1.2, part: "as-today", more });
  forecasts.forEach((forecast, seed) => {
    const line = forecast.map((value, k) => `${k ? "L" : "M"}${axes.x(k).toFixed(1)} ${axes.y(value).toFixed(1)}`);
    const path = { class: "LSTM", d: line.join(""), fill: "none", "stroke-width": 1.4, "stroke-linejoin": "round" };
    d.add("path", path, { part: `forecast-${seed}`, more });
  });
  d.curve(axes, measured, "truth", { width: 2.2, part: "measured", more });
  [0, Math.floor(last / 2), last].forEach((day, k) => {
    const x = k === 1 ? axes.x(day) : left + (k ? width : 0);
    d.text(x, top + height + 15, dateOf(now, day), {
      size: 13,
      anchor: ["start", "middle", "end"][k],
      part: `date-${k}`,
    });
  });
  d.handle(left, top, left + width, top + height, "day", "");
}

/** What a pointer is told on a day of the forecasts. */
export function told(state, day) {
  const now = present(state);
  const { measured } = state.table;
  const k = clamp(Math.round(day), 0, measured.length - 2);
  const own = forecastsOf(state, now.rank - 1).map((forecast) => forecast[k]);
  const [low, high] = [Math.min(...own), Math.max(...own)].map((value) => formatNumber(value, 1));
  return (
    `${dateOf(state.table, k)}: measured ${formatNumber(measured[k + 1], 1)} °C\n` +
    `forecasts ${low} to ${high}, as today ${formatNumber(measured[k], 1)}`
  );
}

/** What a pointer is told of a setting. */
function toldOf(state, rank) {
  const now = today(state);
  const { look_back, units, learning_rate, epochs, columns } = now.settings[rank - 1];
  return (
    `${titleOf(now, rank)} look_back ${look_back}, ${units} units,\n` +
    `learning rate ${figures(learning_rate)}, ${epochs} epochs, ${columns};\nits seeds ${range(now.ranges[rank - 1])}`
  );
}

// -- The tasks -------------------------------------------------------------------------------------------------------

/** By each seed alone, the winner in a year, its place from 0, and its rank in the other year by all seeds. */
function falls({ every, seeds, years }, year, other) {
  const later = meansOf(every, count(seeds), years[other]);
  return count(seeds).map((seed) => {
    const place = lowest(meansOf(every, [seed], years[year]));
    return { place, rank: standing(later, place).rank };
  });
}

/** Whether the winner by one seed that falls furthest is selected, and how things stand; `seen` are the seeds that were
 *  looked at. */
export function fallen(state, seen) {
  const now = today(state);
  if (now.by === ALL || now.year !== "2013") return [false, "Choose by one seed, in 2013."];
  const all = falls(now, "2013", "2014");
  const own = all[Number(now.by.replace("seed ", ""))];
  const said = `The winner by ${now.by}: rank ${own.rank} of ${now.settings.length} in 2014.`;
  if (seen.length < now.seeds) return [false, `${said} Seeds looked at: ${seen.length} of ${now.seeds}.`];
  if (own.rank < Math.max(...all.map(({ rank }) => rank))) return [false, `${said} Another one falls further.`];
  if (now.rank !== own.place + 1) return [false, `${said} Select it on the map.`];
  const [forth, back] = [all, falls(now, "2014", "2013")].map((each) => each.map(({ rank }) => rank).join(", "));
  return [true, `${said} The winners of 2013 by each seed: ranks ${forth}; those of 2014, in 2013: ${back}.`];
}

/** Whether two of the best, far apart on the map, have seeds whose ranges overlap, and how things stand. */
export function apart(state) {
  const now = today(state);
  const pair = [now.rank, now.beside];
  if (!now.beside || now.rank === now.beside) return [false, "Keep one to compare, then select another."];
  const beyond = pair.find((rank) => rank > BEST);
  if (beyond) return [false, `Rank ${beyond} is not among the best ${BEST}.`];
  const gaps = [now.x, now.y].map((name, side) => {
    const [low, high] = limitsOf(now)[side];
    const [one, other] = pair.map((rank) => now.settings[rank - 1][name]);
    return Math.abs(Math.log(one / other)) / Math.log(high / low);
  });
  const [across, up] = gaps.map((gap) => formatNumber(100 * gap, 0));
  if (Math.max(...gaps) < FAR) return [false, `Ranks ${pair.join(" and ")}: ${across}% of the width apart, ${up}% of the height.`]; // prettier-ignore
  const [one, other] = pair.map((rank) => now.ranges[rank - 1]);
  const overlap = one[0] <= other[1] && other[0] <= one[1];
  const said = `Ranks ${pair.join(" and ")}: seeds from ${range(one)}, and from ${range(other)}.`;
  return [overlap, `${said}${overlap ? "" : " They do not overlap."}`];
}

// -- The explorer ----------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const page = live(model, el, scene);
  const { settings, axes, seeds } = model.get("table");
  const goals = [
    task(page.top, "choose by one seed, in 2013: of the five winners, which falls furthest in 2014? Select it."),
    task(
      page.top,
      `find two of the best ${BEST}, half of the map's width or height apart, that the seeds do not tell apart: their ranges overlap.`,
    ),
  ];
  /** Another one across or up; if it is the other axis's, that takes what was here. */
  const turn = (values) => {
    const [[name, value]] = Object.entries(values);
    const other = name === "x" ? "y" : "x";
    put(model, model.get(other) === value ? { ...values, [other]: model.get(name) } : values);
  };
  const menus = { x: menu(model, "x", "across", turn), y: menu(model, "y", "up", turn) };
  for (const each of Object.values(menus))
    each.offer({ "": Object.fromEntries(axes.map((name) => [name, named(name)])) });
  row(page.side, ...Object.values(menus));
  const rank = slider(model, "rank", {
    label: "rank",
    words: "rank of the selected setting, from the best",
    min: 1,
    max: settings.length,
    step: 1,
  });
  row(page.side, rank);
  const select = (place) => put(model, { rank: place });
  const keep = button("Keep to compare", () => put(model, { beside: present(page.state()).rank }));
  const let_go = button("Let it go", () => put(model, { beside: 0 }));
  row(
    page.side,
    button("Best", () => select(1)),
    button("Worst", () => select(settings.length)),
    button("Winner", () => select(today(page.state()).winner + 1)),
    keep,
    let_go,
  ).classList.add("even");
  const by = Object.fromEntries([[ALL, ["all"]], ...count(seeds).map((seed) => [`seed ${seed}`, [`${seed}`]])]);
  const year = { 2013: ["2013"], 2014: ["2014"], [BOTH]: ["both"] };
  row(page.side, choice(model, "by", "winner by seed", by), choice(model, "year", "in", year));
  page.side.append(make("p", {}, "Press a point; the arrow keys go on by rank."));
  const say = spoken(page.root);

  const nearest = ([x, y]) => {
    const { map } = page.drawing.scales;
    const now = present(page.state());
    const far = settings.map((each) => Math.hypot(map.x(each[now.x]) - x, map.y(each[now.y]) - y));
    return { rank: lowest(far) + 1, far: Math.min(...far) };
  };
  const pick = (_, place) => ({ rank: nearest(place).rank });
  page.touch({
    map: {
      press: pick,
      drag: pick,
      control: () => rank,
      says(_, place) {
        const found = nearest(place);
        return found.far < 2 * LARGE ? toldOf(page.state(), found.rank) : "";
      },
    },
    day: { says: (_, [x]) => told(page.state(), page.drawing.scales.days.fromX(x)) },
  });

  const seen = new Set();
  return page.follow((state) => {
    const now = present(state);
    if (now.by !== ALL && now.year === "2013") seen.add(now.by);
    let_go.disabled = !now.beside;
    goals[0].check(...fallen(state, [...seen]));
    goals[1].check(...apart(state));
    say(`rank ${now.rank}: ${inWords(settings[now.rank - 1])}`);
  });
}

export default { render };
