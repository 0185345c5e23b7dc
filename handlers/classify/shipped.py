"""The classifier as it is shipped: phrases, linear model and calibration put together."""

from __future__ import annotations

import gc

from config.model_file import ModelFile, load_model
from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.confidence import Calibration, Line, State, Thresholds
from handlers.classify.linear import LinearModel
from handlers.classify.outcome import SecondVote
from handlers.values import Intent


def shipped_classifier(thresholds: Thresholds | None = None) -> Classifier:
    """A classifier with the shipped phrases and model; `thresholds` are the defaults if absent.

    Raises:
        PhraseError, ModelError: a shipped file is not what it has to be.
    """
    # Half a million small values are made and none let go: looking for such takes a third.
    collects = gc.isenabled()
    gc.disable()
    try:
        model = load_model()
        second = SecondVote(
            model=linear_model(model),
            calibration=calibration(model),
            thresholds=thresholds or Thresholds(),
        )
        return Classifier(load_stored(), second)
    finally:
        if collects:
            gc.enable()


def linear_model(model: ModelFile) -> LinearModel:
    """The model of a file."""
    return LinearModel(bias=model.bias, pieces=model.pieces, signs=model.signs)


def calibration(model: ModelFile) -> Calibration:
    """The calibration of a file."""
    return Calibration(
        lines={
            (intent, state): Line(offset=offset, slope=slope)
            for intent in Intent
            for state in State
            for offset, slope in (model.lines[intent.value, state.value],)
        }
    )
