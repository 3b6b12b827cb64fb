"""The settings that a search has tried, as a map. Notebook 10."""

import numpy as np

from .palette import FAINT, INK
from .plots import SHADES, axes, show

MARKERS = {"one column": "o", "all columns": "s"}


def settings_map(settings, errors, *, x="learning_rate", ys=("look_back", "units"), unit="°C"):
    """Each setting a point over two of its numbers: the stronger its blue, the less it errs; the larger it is, the
    further its seeds lie apart. The best one has a ring.

    `settings` is a list of dicts with `columns` among their names, `errors` (settings, seeds) in `unit`.
    """
    mean, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1)
    best, most = int(mean.argmin()), float(np.quantile(mean, 0.75))
    figure, panels = axes(len(ys), height=3.8)
    sizes = 20 + 180 * spread / spread.max()
    columns = np.array([setting["columns"] for setting in settings])
    for panel, y in zip(panels, ys):
        at = {name: np.array([setting[name] for setting in settings], float) for name in (x, y)}
        for name, marker in MARKERS.items():
            some = columns == name
            points = panel.scatter(
                at[x][some],
                at[y][some],
                sizes[some],
                mean[some],
                marker=marker,
                cmap=SHADES,
                vmin=mean.min(),
                vmax=most,
                edgecolors=FAINT,
                linewidths=0.8,
            )
        panel.scatter(at[x][best], at[y][best], sizes[best] + 150, facecolors="none", edgecolors=INK, linewidths=1.5)
        panel.set(xscale="log", yscale="log", xlabel=x, ylabel=y)
        panel.set_xticks(*_ticks(at[x]), minor=False)
        panel.set_yticks(*_ticks(at[y]), minor=False)
        panel.minorticks_off()
    for name, marker in MARKERS.items():
        panels[0].scatter([], [], 40, marker=marker, facecolors=[SHADES(0.8)], edgecolors=FAINT, label=name)
    figure.legend(frameon=False, ncols=2, loc="outside upper left")
    figure.colorbar(points, ax=panels, label=f"mean error, {unit}", extend="max")
    show(figure, _words(settings, mean, spread, best, x, ys, unit))


def _ticks(values):
    """Round numbers of a logarithmic axis, 1, 3, 10, …, and how they are written."""
    powers = 10.0 ** np.arange(-6, 7)
    ticks = [tick for tick in np.sort(np.concatenate([powers, 3 * powers])) if values.min() <= tick <= values.max()]
    return ticks, [f"{tick:g}" for tick in ticks]


def _words(settings, mean, spread, best, x, ys, unit):
    """The map in words: from where to where the errors go, the best setting, and where the best and worst lie."""
    order = mean.argsort()
    quarter = max(len(order) // 4, 1)

    def typical(some, name):
        return f"{name} {np.median([settings[k][name] for k in some]):.2g}"

    where = [", ".join(typical(some, name) for name in (x, *ys)) for some in (order[:quarter], order[-quarter:])]
    return (
        f"{len(settings)} settings as points over {x} and, in {len(ys)} panels, {' and '.join(ys)}, all on logarithmic "
        f"scales. Their mean errors go from {mean.min():.2f} to {mean.max():.2f} {unit}; between its seeds a setting "
        f"differs by {np.median(spread):.3f} {unit} as a rule (standard deviation), {spread.max():.2f} at most. The "
        f"best quarter has typically {where[0]}; the worst {where[1]}. The best one: "
        f"{', '.join(f'{name} {value}' for name, value in settings[best].items())}."
    )
