"""The stores that hold the truth, on MongoDB: one document a use case's write (design D4)."""

from adapters.mongo.agreements import MongoAgreements, MongoQuarantine
from adapters.mongo.client import Mongo
from adapters.mongo.deliveries import MongoDeliveries
from adapters.mongo.indexes import missing, prepare
from adapters.mongo.objects import MongoObjects
from adapters.mongo.partners import MongoPartners
from adapters.mongo.search import MongoLocationSearch

__all__ = [
    "Mongo",
    "MongoAgreements",
    "MongoDeliveries",
    "MongoLocationSearch",
    "MongoObjects",
    "MongoPartners",
    "MongoQuarantine",
    "missing",
    "prepare",
]
