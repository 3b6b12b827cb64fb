"""The studies of notebook 11b: equal sizes, windows that share no day, nobody is told what is hidden, and what the
weights of attention are held against."""

import numpy as np
import pytest

from lstm_notes import LSTMWeights, lstm_forward
from lstm_notes.studies import architectures, attending, contest, directions, recall_lengths
from lstm_notes.variants import AttentionNetwork, NetworkForecaster


@pytest.fixture
def quick(monkeypatch):
    """One epoch, one rate, two seeds."""
    pytest.importorskip("sklearn", reason="scikit-learn is an extra, and has most of the rivals")
    monkeypatch.setitem(contest.TRAINING, "epochs", 1)
    monkeypatch.setattr(architectures, "RATES", (0.01,))
    monkeypatch.setattr(architectures, "SEEDS", 2)
    monkeypatch.setattr(directions, "SEEDS", 2)


def test_all_networks_have_as_many_parameters():
    for features in (1, 2, 3):
        found = [parameters for _, parameters in architectures.sizes(features=features).values()]
        assert max(found) / min(found) < 1.12 and found[0] == architectures.LSTMNetwork(features, 16, 1).vector.size


def test_the_rate_is_the_validation_days_choice(monkeypatch):
    """And no test day is looked at."""
    monkeypatch.setitem(contest.TRAINING, "epochs", 3)
    series = architectures.architecture_series("Seattle wind")
    split = architectures.split_by_time(series, 30, validation=365, test=365)
    scaler = architectures.Scaler().fit(series[split.train.days])
    model, rate = architectures.trained_network("GRU", split, scaler, seed=0)
    losses = {}
    for each in architectures.RATES:
        monkeypatch.setattr(architectures, "RATES", (each,))
        alone, _ = architectures.trained_network("GRU", split, scaler, seed=0)
        losses[each] = min(alone.history.validation_loss)
    assert rate == min(losses, key=losses.get) and min(model.history.validation_loss) == min(losses.values())
    split.test.X[:], split.test.y[:] = np.nan, np.nan
    np.testing.assert_array_equal(architectures.trained_network("GRU", split, scaler, seed=0)[0].vector, alone.vector)


def test_both_lucks_are_wider_than_one():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(365, 1))
    several = [y + rng.normal(0, 1 + 0.1 * k, y.shape) for k in range(5)]
    ratio, low, high = architectures.error_ratio(several, np.zeros_like(y), y)
    days = architectures.compare(several, np.zeros_like(y), y)
    assert ratio == pytest.approx(days.ratio) and low < days.low and high > days.high
    alike = architectures.error_ratio([several[0]] * 5, np.zeros_like(y), y)
    one = architectures.compare(several[0], np.zeros_like(y), y)
    assert alike == pytest.approx([one.ratio, one.low, one.high])
    squared = architectures.error_ratio(several, np.zeros_like(y), y, "squared")
    assert squared[0] == pytest.approx(np.mean([(each - y) ** 2 for each in several]) / np.mean(y**2))


def test_parts_share_no_day():
    split = directions.around(np.arange(1461.0)[:, None], np.arange(1461.0))
    days = [set(part.X.ravel()) for part in (split.train, split.validation, split.test)]
    assert not days[0] & days[1] and not days[1] & days[2] and len(days[2]) == 365
    for part in (split.train, split.validation, split.test):
        np.testing.assert_array_equal(part.X[:, directions.MIDDLE, 0], part.y[:, 0])
        np.testing.assert_array_equal(part.first, part.y[:, 0])


def test_nobody_is_told_what_is_hidden(quick):
    """Other values on the hidden days change no forecast; on the days around they do."""
    columns = np.random.default_rng(0).normal(size=(1000, 1))
    split = directions.around(columns, columns[:, 0])
    hidden = directions.hidden_parts(split, directions.GAP)
    assert not hidden.test.X[:, directions.GAP, 0].any() and hidden.test.X[:, directions.GAP, 1].all()
    assert hidden.test.X[:, :, 1].sum() == 7 * len(hidden.test.X)
    outside = np.delete(np.arange(29), directions.GAP)
    np.testing.assert_array_equal(hidden.test.X[:, outside, 0], split.test.X[:, outside, 0])
    found = directions.ask(hidden, [0], *directions.NETWORKS)
    later = hidden.test.X.copy()
    later[:, directions.MIDDLE + 4 :, 0] += 1
    for name, (kind, at) in directions.NETWORKS.items():
        model = architectures.trained_network(kind, hidden, None, 0, at=at)[0]
        np.testing.assert_array_equal(model.predict(hidden.test.X), found[name][0])
        assert (model.predict(later) == found[name][0]).all() == (name == "before")


@pytest.mark.parametrize(
    "run, series, several, rivals",
    [
        (directions.run_gaps, "Mackey-Glass", ("before", "end", "both"), ("carried", "line", "ridge both", "MLP both")),
        (directions.run_labels, "New York", ("before", "both"), ("share", "ridge before", "boosting both")),
        (
            directions.run_leaks,
            "Seattle temp_max",
            ("archive", "today", "filled", "honest", "before"),
            ("persistence",),
        ),
        (
            architectures.run_architectures,
            "Seattle wind",
            tuple(architectures.NETWORKS),
            ("linear AR", "MLP", "boosting", "kernel ridge", "persistence"),
        ),
    ],
)
def test_a_row_has_everybody(quick, run, series, several, rivals):
    row = run(series, seed=0)
    assert all(len(row[name]) == 2 for name in several) and all(name in row for name in rivals)
    for name, found in row.items():
        if " against " in name:
            ratio, low, high = found
            one, other = (np.mean(row[each]) for each in name.split(" against "))
            assert low < ratio < high and ratio == pytest.approx(one / other), name


def test_persistence_is_the_day_before_in_the_archive(quick):
    """The asked day is the one after the middle: as today is the middle."""
    row = directions.run_leaks("Seattle temp_max", seed=0)
    series = architectures.architecture_series("Seattle temp_max")
    days = np.arange(len(series) - 365 + 14, len(series) - 14)
    assert row["persistence"] == pytest.approx(np.abs(series[days + 1] - series[days]).mean())


# ---------------------------------------------------------------------------------------------------------------
# Attention.


def test_farthest_weights_mix_the_same():
    rng = np.random.default_rng(0)
    for _ in range(10):
        weights, values = rng.dirichlet(np.ones(30)), rng.normal(size=(30, 8))
        other = attending.farthest(weights, values)
        assert (other > -1e-12).all() and other.sum() == pytest.approx(1)
        np.testing.assert_allclose(other @ values, weights @ values, atol=1e-9)
        heavy = weights > 1 / 30
        assert other[heavy].sum() < weights[heavy].sum() - 0.1
    square = rng.normal(size=(5, 5))  # five days, five numbers and a sum: no other weights
    np.testing.assert_allclose(attending.farthest(np.full(5, 0.2), square), 0.2, atol=1e-9)


def test_other_weights_in_place_of_its_own():
    x = np.random.default_rng(0).normal(size=(4, 9, 2))
    network = AttentionNetwork.initial(2, 5, 1)
    own = network.attention(x)
    np.testing.assert_allclose(network.forecast_with(x, own), network.forecast(x), atol=1e-14)
    assert np.abs(network.forecast_with(x, own[:, ::-1]) - network.forecast(x)).max() > 1e-4
    h = lstm_forward(x, network.cells["lstm"]).h
    last = np.eye(9)[[8] * 4]
    expected = np.concatenate([h[:, -1], h[:, -1]], axis=1) @ network.head_kernel + network.head_bias
    np.testing.assert_allclose(network.forecast_with(x, last), expected, atol=1e-14)


def test_rank_correlation():
    a = np.array([3.0, 1.0, 2.0, 10.0])
    assert attending.rank_correlation(a, a**3) == pytest.approx(1)
    assert attending.rank_correlation(a, -a) == pytest.approx(-1)


def test_an_attending_row(quick):
    row = attending.run_attending("Mackey-Glass", seed=0)
    assert 0 < row["latest"] < 1 and row["moved forecast"] < 1e-6 and 0 <= row["moved"] <= 1
    assert -1 <= row["agreement"] <= 1 and row["even"] > 0.5


def test_recalled_is_the_marked_value():
    X, y = recall_lengths.drawn(500, 200, np.random.default_rng(0))
    marked = X[:, :, 1].argmax(axis=1)
    np.testing.assert_array_equal(X[np.arange(500), marked, 0], y[:, 0])
    assert marked.min() < 10 and marked.max() > 190 and (X[:, :, 1].sum(axis=1) == 1).all()
    assert np.mean(y**2) == pytest.approx(recall_lengths.GUESSING, abs=0.05)


def test_a_recalling_row(monkeypatch):
    monkeypatch.setattr(recall_lengths, "UPDATES", 3)
    for network in ("LSTM, chrono", "attention"):
        row = recall_lengths.run_recall_lengths(network, seed=0)
        assert len(row["MSE"]) == 4 and any(row["held"]) == (network == "attention")
    near = recall_lengths._near(np.full((1, 6), 1 / 6), np.array([[0, 1.0, 0, 0, 0, 0]]))
    assert near == pytest.approx(0.5)


def test_the_forecaster_is_the_courses_own():
    from lstm_notes import Adam, NumpyForecaster, make_windows, sine_with_trend

    X, y = make_windows(sine_with_trend(120), look_back=8)
    one, other = NetworkForecaster(architectures.LSTMNetwork, 6, seed=3), NumpyForecaster(6, seed=3)
    for model in (one, other):
        model.fit(X, y, validation=(X[:20], y[:20]), epochs=3, optimizer=Adam(0.01), progress=False)
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
    assert one.history.loss == other.history.loss
    with pytest.raises(NotImplementedError, match="no one Trace"):
        one.states(X)
    with pytest.raises(AttributeError, match="no one set of weights"):
        one.weights  # noqa: B018
    with pytest.raises(NotImplementedError, match="only a NumpyForecaster"):
        one.save("x.npz")
    assert isinstance(one.net.cells["lstm"], LSTMWeights)
