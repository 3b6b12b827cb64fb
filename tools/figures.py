"""Draw the pictures in figures/: now the one of the README, five weeks of notebook 06's test year."""

from pathlib import Path

from lstm_notes import Adam, NumpyForecaster, Scaler, load_weather, persistence, plots, split_by_time

FOLDER = Path(__file__).resolve().parent.parent / "figures"


def main():
    weather = load_weather()
    split = split_by_time(weather["temp_max"], look_back=30, validation=365, test=365)
    model = NumpyForecaster(units=32, scaler=Scaler().fit(weather["temp_max"][split.train.days]))
    model.fit(*split.train, validation=split.validation, epochs=100, optimizer=Adam(0.005), patience=5)
    weeks = slice(120, 155)
    curves = {"LSTM": model.predict(split.test.X)[weeks, 0], "persistence": persistence(split.test.X)[weeks, 0]}
    dates, truth = weather["date"][split.test.days][weeks], split.test.y[weeks, 0]
    plots.forecasts(dates, truth, curves, unit="°C", file=FOLDER / "forecast.svg")
    print("figures/forecast.svg")


if __name__ == "__main__":
    main()
