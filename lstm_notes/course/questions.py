"""The questions of the self-test, with a word on every answer: why it is right, or why it tempts and what is so.

Data alone: the widget (`explorers.SelfTest`) and the text of notebook 08_key_takeaways are both made of it.
"""

from dataclasses import dataclass

LETTERS = "abcd"


@dataclass(frozen=True)
class Question:
    """A question with four `options`, one of them `right` ("a" to "d"), an explanation for each of the four, and the
    `notebook` and its `section` where the answer stands.

    >>> question = QUESTIONS[0]
    >>> question.text
    'At one step the forget gate of a unit is f = 0.9. What happens to its old memory?'
    >>> question.options[LETTERS.index(question.right)]
    'Nine tenths of it are kept.'
    """

    text: str
    options: tuple
    right: str
    explanations: tuple
    notebook: str
    section: str


def question(text, notebook, section, **answers):
    """A Question from its four answers: `a=("option", "explanation")` to `d`; the right one is named `a_right`, or
    `b_right` and so on."""
    (right,) = (name[0] for name in answers if name.endswith("_right"))
    options, explanations = zip(*answers.values())
    return Question(text, options, right, explanations, notebook, section)


CELL, SEQUENCES, SHARING = "02_cell_structure", "03_sequence_processing", "04_parameter_sharing"
TRAINING, TESTING, WORTH, MISCONCEPTIONS = "05_training", "06_testing", "06b_worth_it", "07b_more_misconceptions"

QUESTIONS = (
    question(
        "At one step the forget gate of a unit is f = 0.9. What happens to its old memory?",
        CELL,
        "One step, worked by hand",
        a=(
            "Nine tenths of it are erased.",
            "The gate's name suggests it, but it is the other way round: f multiplies the old memory, so it is the "
            "fraction that is kept. A forget gate of 1 forgets nothing.",
        ),
        b=(
            "It is kept whole, because f is above one half.",
            "Gates are often drawn as switches, but nothing rounds them to 0 or 1: the memory is multiplied by 0.9.",
        ),
        c_right=("Nine tenths of it are kept.", "C becomes f · C + i · C̃: f is the fraction of the old memory kept."),
        d=(
            "It is kept whole, and 0.9 is added to it.",
            "Something is added in the same step, but that is i · C̃, the input gate times the candidate. f multiplies.",
        ),
    ),
    question(
        "Which of these is a value to be written, and not a fraction of something?",
        CELL,
        "One step, worked by hand",
        a=("The forget gate f", "It acts on the memory, but σ makes it: the fraction of the old memory that is kept."),
        b_right=(
            "The candidate C̃",
            "tanh makes it, so it has either sign. It is no gate: the gate i says how much of it is written.",
        ),
        c=(
            "The input gate i",
            "Its name sounds like what comes in, but it only says how much of the candidate is written, from 0 to 1.",
        ),
        d=(
            "The output gate o",
            "What goes out is h, the product of o and tanh(C). o itself is the fraction that is shown.",
        ),
    ),
    question(
        "C₀ is 0. How large can the cell state C of a unit be after 10 steps?",
        CELL,
        "How large can C and h become?",
        a=(
            "Below 1, because tanh squashes it.",
            "tanh squashes the candidate, and what is shown of C in h. C itself is a sum and is not squashed.",
        ),
        b=(
            "At most 2: the old memory and one new value.",
            "That would be so if the old memory were at most 1. It is itself a sum of all that was kept before.",
        ),
        c=(
            "Any size, even after one step.",
            "C has no bound that holds for all times, but i ≤ 1 and |C̃| ≤ 1: one step adds at most 1.",
        ),
        d_right=("Up to 10: each step can add 1.", "f ≤ 1 keeps at most all, i · C̃ adds at most 1, so |C| ≤ t."),
    ),
    question(
        "Why does a linear head follow the LSTM in every forecaster of the course?",
        CELL,
        "How large can C and h become?",
        a_right=(
            "h stays between −1 and 1, and a forecast does not.",
            "h = o · tanh(C) is squashed twice. A linear map takes it to any scale.",
        ),
        b=(
            "The scaler has to be undone: °C out of scaled values.",
            "That is the scaler's own inverse_transform. Scaled temperatures lie beyond ±1 as well, so the head is "
            "needed with or without a scaler.",
        ),
        c=(
            "The h of all steps have to be added up to one number.",
            "A forecast does need one number out of many, but the head reads the last h alone. The earlier ones matter "
            "through what they left in C and h.",
        ),
        d=(
            "Without a head there would be no weights to train.",
            "The head has weights, but so has the cell: kernel, recurrent kernel and bias, far more than the head.",
        ),
    ),
    question(
        "LSTM(32) reads windows of 14 days. What is the 32?",
        CELL,
        "The same equations for many units",
        a=(
            "The most days that it can look back",
            "An easy mistake, since both are whole numbers one has to choose. How far a window reaches is look_back, "
            "here 14, and the layer does not know it.",
        ),
        b_right=(
            "The number of units: how long h and C are",
            "Each unit is one memory with gates of its own; h and C have 32 numbers a window, at every step.",
        ),
        c=(
            "The number of cells that stand one after the other",
            "Drawings show a cell for each day. There is one cell, applied 14 times here.",
        ),
        d=(
            "The number of windows in a mini-batch",
            "32 is a usual batch size, too, but that is told to fit, not to the layer.",
        ),
    ),
    question(
        "A layer of 4 units on one feature has 96 parameters for windows of 14 days. How many for windows of 28 days?",
        SHARING,
        "One set of weights: the count",
        a=(
            "192, because there are twice as many steps",
            "It would be so if each step had weights of its own. The steps share one set.",
        ),
        b=(
            "About 384, because the count grows with the square",
            "It nearly does so with the units, by the recurrent kernel. The number of steps is not in the formula.",
        ),
        c_right=("96, because all steps use the same ones", "A loop has no more code when it runs longer."),
        d=(
            "2,688, because each of the 28 days has its own 96",
            "That is what separate weights per step would need, and then 14 days would have needed 1,344.",
        ),
    ),
    question(
        "A series of 20 days is cut with look_back 5 and horizon 2. How many windows are there?",
        SEQUENCES,
        "Days 1–3 → Day 4",
        a_right=("14", "N − look_back − horizon + 1 = 20 − 5 − 2 + 1."),
        b=("15", "20 − 5 is the count for horizon 1. The last window must leave room for two days."),
        c=("16", "There are 16 runs of five days, but the last two of them have not two days after them to ask for."),
        d=("13", "20 − 5 − 2 forgets that the first window counts, too: the + 1 of the formula."),
    ),
    question(
        "32 windows of 14 days, with 2 numbers a day, go into an LSTM. What is the shape of X?",
        SEQUENCES,
        "The three axes",
        a=(
            "(14, 32, 2)",
            "Time first: some libraries are made so. Here and in Keras it would be 14 windows of 32 days.",
        ),
        b=(
            "(32, 2, 14)",
            "The right numbers in the wrong order. It runs without an error, as windows of 2 days of 14 numbers.",
        ),
        c=(
            "(32, 28)",
            "As a linear autoregression sees a window, all values in one row. An LSTM needs the days on an axis of "
            "their own, to go through them one by one.",
        ),
        d_right=("(32, 14, 2)", "(batch, time, features), said aloud."),
    ),
    question(
        "A forecaster of the course (in Keras: stateful=False) reads window 5, then window 6. How do h and C begin "
        "in window 6?",
        SEQUENCES,
        "Through one window, number by number",
        a=(
            "As they were at the end of window 5",
            "The memory would slide along with the window. That is what stateful=True does; without it no window "
            "knows of another.",
        ),
        b=(
            "As at the end of window 5, times the forget gate",
            "The forget gate acts at the steps inside a window. Between windows nothing is handed on.",
        ),
        c=(
            "With values that training has found",
            "Training finds weights. Start values of h and C could be learnt, too, but here they are no parameters.",
        ),
        d_right=(
            "With zeros, as in every other window",
            "The memory is empty at the start of every window; only the weights stay.",
        ),
    ),
    question(
        "A forecaster has been trained. Which of these changes its forecasts?",
        SEQUENCES,
        "Which order matters?",
        a=(
            "Shuffling the windows of the test year",
            "An LSTM is for sequences, but its sequence is the window: the forecasts only change places.",
        ),
        b_right=(
            "Shuffling the days inside each window",
            "The cell goes through the days in order, and above all the last day counts.",
        ),
        c=(
            "Giving it the windows one by one, not as a batch",
            "A batch is only a way to calculate many windows at once; to rounding the forecasts are the same.",
        ),
        d=(
            "Asking it for the same windows a second time",
            "It would if something were remembered or learnt. A forecast changes no weight and leaves no state behind.",
        ),
    ),
    question(
        "What shares its weights in an LSTM layer of 32 units?",
        SHARING,
        "One set of weights: the count",
        a=(
            "The units: all 32 have the same weights",
            "If they had, they would all remember the same. Each unit has a row of its own in every W.",
        ),
        b=(
            "The gates: a unit has one row for f, i and o",
            "They see the same h and x, but through W_f, W_i and W_o, each with numbers of its own.",
        ),
        c_right=(
            "The steps: every day of every window",
            "There is one cell, and it is applied at each step of each window with the same numbers.",
        ),
        d=(
            "The layers: a second one takes those of the first",
            "'Shared' is said of one layer. Another layer has weights of its own.",
        ),
    ),
    question(
        "One weight is used at all 5 steps of a window. What is its gradient?",
        SHARING,
        "One set of weights: the gradient is a sum",
        a_right=(
            "The sum of five parts, one for each step",
            "Every use has its say: the parts of the steps add up, to rounding.",
        ),
        b=(
            "The part of the last step alone",
            "Only the last h reaches the head, but it was made from all steps before, and their parts are not zero.",
        ),
        c=(
            "The product of five factors, one for each step",
            "Factors do multiply on the way back, within each step's part. The parts themselves are added.",
        ),
        d=(
            "Five gradients, used one after the other",
            "Inside a window the weights do not change. All parts go into one update.",
        ),
    ),
    question(
        "100 windows, mini-batches of 32, 3 epochs. How often do the weights change?",
        TRAINING,
        "Step 3: repeat for all windows",
        a=("300 times", "Once for each window: so one may read REPORT.md, section 4. The update comes once a batch."),
        b=("9 times", "3 full batches an epoch, but the last 4 windows make a batch as well."),
        c=("3 times", "Once an epoch would be one batch of all 100 windows."),
        d_right=("12 times", "Three batches of 32 and one of 4 make four updates an epoch."),
    ),
    question(
        "On which windows is the network trained in one epoch?",
        TRAINING,
        "Step 3: repeat for all windows",
        a=(
            "On one, until its error is small, then the next",
            "It would fit that window and unlearn it with the next one. One window's gradient does not tell what helps "
            "the others.",
        ),
        b_right=(
            "On each training window once, shuffled",
            "In mini-batches, with one update a batch. REPORT.md, section 5, says 'all windows': these are meant.",
        ),
        c=(
            "On all windows of the series, so that none is lost",
            "REPORT.md, section 5, says so. What is meant is all of the training part: validation and test are for "
            "judging.",
        ),
        d=(
            "On as many windows as make one mini-batch",
            "A mini-batch makes one update. An epoch goes on until all training windows were in one.",
        ),
    ),
    question(
        "What is true of an LSTM's gradient on its way back over 100 days?",
        TRAINING,
        "Why gradients vanish, or grow",
        a=(
            "It cannot vanish: that is what the gates are for.",
            "The gates make it possible to keep a gradient. With the usual start next to nothing arrives.",
        ),
        b=(
            "It can vanish, but not explode, since no gate is above 1.",
            "So it is on the direct way, through C alone. The way through h and the gates has no such bound.",
        ),
        c_right=(
            "It vanishes, too, unless the forget gates are near 1.",
            "The direct way is multiplied by f at every step; a hundred factors well below 1 leave nothing.",
        ),
        d=(
            "It vanishes always, and sooner than a plain RNN's.",
            "That was measured with the usual forget bias, but not always: with a bias of 3 or 5 it reached the "
            "first day.",
        ),
    ),
    question(
        "The validation loss is lowest after epoch 16, the training loss after epoch 80. Which weights are kept?",
        TRAINING,
        "When to stop",
        a=(
            "Those of epoch 80, training's best",
            "They fit the training days best. What is learnt after epoch 16 does not help on other days.",
        ),
        b=(
            "The mean of those in between",
            "A mean of weights is another network, which nobody has measured.",
        ),
        c=(
            "Those that are best on the test days",
            "That would choose by the test, and the test's error would no longer be that of unseen days.",
        ),
        d_right=(
            "Those of epoch 16, the validation's best",
            "The validation days stand for days not seen yet: fit keeps the weights that did best on them.",
        ),
    ),
    question(
        "There are four years of days. On which of them is the forecaster tested?",
        TESTING,
        "A split by time",
        a_right=(
            "On the last year, after all that it has learnt from",
            "The network may learn from the past only, as it will when it is used.",
        ),
        b=(
            "On a random quarter of the windows",
            "The habit from tables of independent rows. Windows overlap: the test's targets would stand inside "
            "training windows.",
        ),
        c=(
            "On every fourth day, so that all seasons are in it",
            "The seasons would be in it, but each test day would lie between two training days, which tell most of it. "
            "(Folds can be fair to an autoregression whose errors are uncorrelated (Bergmeir, Hyndman and Koo 2018); "
            "that has to be checked first.)",
        ),
        d=(
            "On the first year, so that training is up to date",
            "It would be trained on the future of its test. What is tested is a forecast, not a look back.",
        ),
    ),
    question(
        "On which days is the scaler of the course's forecasters fitted?",
        TESTING,
        "A scaler that has seen the training days only",
        a=(
            "On all days, so that no test value is out of range",
            "A test value beyond the training days' range is what may happen in use. A scaler that knows it is a leak.",
        ),
        b_right=(
            "On the training days alone, whatever comes later",
            "Mean and standard deviation are learnt, too, and what is learnt comes from training days.",
        ),
        c=(
            "On each part by itself, so that each has mean 0",
            "The same temperature would become different numbers, and the test's mean is not known on its first day.",
        ),
        d=(
            "On the training and validation days together",
            "The test would stay unseen, but the days that say when to stop would not: the scaler knows them.",
        ),
    ),
    question(
        "A forecast of tomorrow's temperature has R² = 0.9 on the test days. What does that say?",
        MISCONCEPTIONS,
        "Myth 10: R² of 0.95 means skill",
        a=(
            "Nine forecasts of ten are right.",
            "R² counts no forecasts. It compares squared errors with those of always saying the mean.",
        ),
        b=(
            "It beats persistence, whose R² is 0.",
            "0 is the R² of always saying the mean. Today's temperature is much closer to tomorrow's than the mean is.",
        ),
        c=(
            "It does not copy yesterday, or R² would be low.",
            "Copying yesterday gives a high R² wherever days resemble their neighbours, as temperatures do.",
        ),
        d_right=(
            "Little, before you know what persistence reaches.",
            "Weather changes little from day to day, so persistence correlates highly as well. Compare errors in °C on "
            "the same days, and ask for the change.",
        ),
    ),
    question(
        "How did the course's LSTM do on Seattle's temperature, one day ahead?",
        TESTING,
        "The test year",
        a_right=(
            "Level with a linear autoregression; one year could not tell it from persistence.",
            "It was a tenth of a degree or less below persistence, and one year of days cannot tell that from luck. "
            "That is no proof that they are equal. With this input and these settings it was not worth its trouble.",
        ),
        b=(
            "It clearly beat all three of the baselines that it stood beside.",
            "So one hopes. It clearly beat the seasonal naive only, which is a poor forecast for tomorrow.",
        ),
        c=(
            "It lost to persistence, because the weather is a random walk.",
            "Weather is not quite a random walk: after a very warm day it is drawn back, and no seed was worse than "
            "persistence.",
        ),
        d=(
            "It won with its best seed, and the best seed is what counts.",
            "The best seed on the test days is known afterwards only. What is stated is the spread over all seeds.",
        ),
    ),
    question(
        "A Keras LSTM has dropout=0.3. You call predict twice on the same window. What comes out?",
        MISCONCEPTIONS,
        "Myth 8: dropout makes predictions random",
        a=(
            "Two different forecasts: units are dropped at random",
            "So it is while training, or when the model is called with training=True. predict drops nothing.",
        ),
        b=(
            "The same twice, if a seed is set before each call",
            "A seed matters only where numbers are drawn. predict draws none.",
        ),
        c_right=(
            "The same forecast twice, whether a seed is set or not",
            "Dropout acts while training only; predict uses all units.",
        ),
        d=(
            "The same twice, but too small by three tenths",
            "One may think of the missing units. None is missing, and what is kept while training is scaled up to make "
            "up for the rest.",
        ),
    ),
    question(
        "In a random walk each day is the day before plus an independent step of mean 0. Which forecast is best in the "
        "long run?",
        WORTH,
        "No law at all",
        a=(
            "An LSTM, given enough units and epochs",
            "It would find what there is to find. The next step is independent of all that went before.",
        ),
        b_right=(
            "As today, however long the walk has been",
            "The next step has mean 0 whatever came before. Other methods can come near, and beat it by luck alone.",
        ),
        c=(
            "The mean of the training days",
            "The best guess for independent numbers. A walk does not return to its mean; it goes on from where it is.",
        ),
        d=(
            "A linear autoregression on the last 30 days",
            "It contains persistence, but has to estimate its 31 numbers from noisy days, and pays for it with a "
            "little error.",
        ),
    ),
)


def as_text(first, last):
    """The questions `first` to `last` (counted from 1) as Markdown: each option unfolds to what is to be said of it.

    >>> print(as_text(7, 7)[:93])
    **7.** A series of 20 days is cut with look_back 5 and horizon 2. How many windows are there?
    """
    return "\n\n".join(_as_text(k, QUESTIONS[k - 1]) for k in range(first, last + 1))


def _as_text(number, question):
    parts = [f"**{number}.** {question.text}"]
    for letter, option, explanation in zip(LETTERS, question.options, question.explanations):
        verdict = "✓ Right." if letter == question.right else "✗ No."
        parts.append(f"<details><summary>{letter}) {option}</summary>\n\n{verdict} {explanation}\n\n</details>")
    parts.append(f"Answered in [{question.notebook}]({question.notebook}.ipynb), “{question.section}”.")
    return "\n\n".join(parts)
