"""The classifier as it is shipped: phrases, models and calibration put together."""

from __future__ import annotations

import gc

from config.model_error import ModelError
from config.model_file import OFFSET, ModelFile, load_model
from config.net_file import load_arrays
from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.confidence import Calibration, Line, Thresholds
from handlers.classify.grounds import NAMES
from handlers.classify.linear import INTENTS, LinearModel
from handlers.classify.net import Layers, Net
from handlers.classify.outcome import SecondVote
from handlers.classify.trees import Trees
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
            net=shipped_net(),
        )
        return Classifier(load_stored(), second)
    finally:
        if collects:
            gc.enable()


def shipped_net() -> Net:
    """The network as it is shipped.

    Raises:
        ModelError: its file is not what it has to be.
    """
    return Net(Layers.of(load_arrays()))


def linear_model(model: ModelFile) -> LinearModel:
    """The models of a file."""
    return LinearModel(words=model.words, signs=model.signs)


def calibration(model: ModelFile) -> Calibration:
    """The calibration of a file, with its trees.

    Raises:
        ModelError: it has not a slope for each of the grounds, and for nothing else; or it has
            trees, and not for each intent and for nothing else, or of what is none of the grounds.
    """
    if {*model.grounds} != {OFFSET, *NAMES}:
        raise ModelError("calibration.tsv: it is not of the grounds that there are")
    if model.trees and {*model.trees} != {*INTENTS}:
        raise ModelError("trees.tsv: it has not trees for each intent, and for nothing else")
    return Calibration(
        lines={
            intent: Line(
                offset=model.grounds[OFFSET][which],
                slopes=tuple(model.grounds[name][which] for name in NAMES),
            )
            for which, intent in enumerate(INTENTS)
        },
        trees={Intent(name): Trees(those) for name, those in model.trees.items()},
    )
