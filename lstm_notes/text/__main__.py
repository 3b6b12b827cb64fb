"""python -m lstm_notes.text: train the recorded network anew."""

from .recorded import train_recorded

if __name__ == "__main__":
    train_recorded()
